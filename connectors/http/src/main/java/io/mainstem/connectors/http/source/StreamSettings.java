package io.mainstem.connectors.http.source;

import io.mainstem.api.Config;
import io.mainstem.api.Option;
import io.mainstem.connectors.http.client.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The options of one stream: its own, else those of the source. Immutable. */
final class StreamSettings {

    private static final List<String> ALWAYS = List.of("page", "offset", "cursor", "page-size", "since", "until");

    private final String name;
    private final Config own;
    private final Config common;

    StreamSettings(String name, Config own, Config common) {
        this.name = name;
        this.own = own;
        this.common = common;
    }

    String name() {
        return name;
    }

    <T> Optional<T> find(Option<T> option) {
        return own.isSet(option) ? own.find(option) : common.find(option);
    }

    <T> T get(Option<T> option) {
        return own.isSet(option) ? own.get(option) : common.get(option);
    }

    /** Everything that may have names in braces. */
    List<Template> templates() {
        List<String> texts = new ArrayList<>();
        Stream.of(
                        SourceOptions.URL,
                        SourceOptions.BODY,
                        SourceOptions.JOB_URL,
                        SourceOptions.JOB_BODY,
                        SourceOptions.JOB_STATUS_URL)
                .map(this::find)
                .forEach(text -> text.ifPresent(texts::add));
        texts.addAll(get(SourceOptions.QUERY).values());
        texts.addAll(get(SourceOptions.HEADERS).values());
        texts.addAll(get(SourceOptions.ADD_FIELDS).values());
        return texts.stream().map(Template::parse).toList();
    }

    /** Whether a value is used in the request. */
    boolean uses(String variable) {
        return templates().stream().anyMatch(template -> template.names().contains(variable));
    }

    /** Whether a name in braces stands for something. */
    boolean knows(String variable) {
        return known().contains(variable)
                || variable.startsWith("parent.") && find(SourceOptions.PARENT).isPresent();
    }

    Set<String> known() {
        Set<String> names = new TreeSet<>(ALWAYS);
        names.addAll(get(SourceOptions.FOR_EACH).keySet());
        if (find(SourceOptions.JOB_URL).isPresent()) {
            names.add("job");
            names.add("result");
        }
        return names;
    }

    /** The fields of the parent's records that are used. */
    List<String> parentFields() {
        return templates().stream()
                .flatMap(template -> template.names().stream())
                .filter(variable -> variable.startsWith("parent."))
                .distinct()
                .toList();
    }
}
