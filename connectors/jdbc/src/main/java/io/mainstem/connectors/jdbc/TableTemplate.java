package io.mainstem.connectors.jdbc;

import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.connectors.jdbc.sql.NameParts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How tables are named: {@code TABLE} or {@code SCHEMA.TABLE}, in which {@code {topic}}, {@code {topic.last}}, {@code
 * {value.FIELD}} and {@code {key.FIELD}} stand for what a message has. Either part may stand in double quotes, when it has a point of
 * its own; in them, two double quotes are one of the name. Immutable.
 */
final class TableTemplate {

    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{(topic|topic\\.last|value\\.[^{}]+|key\\.[^{}]+)\\}");
    private static final String TOPIC = "{topic}";
    private static final String LAST_OF_TOPIC = "{topic.last}";
    private static final String OF_VALUE = "value.";

    private final String text;
    private final List<String> parts;
    private final boolean fixed;

    private TableTemplate(String text, List<String> parts) {
        this.text = text;
        this.parts = parts;
        this.fixed = parts.stream()
                .noneMatch(part -> PLACEHOLDER.matcher(part).results().anyMatch(found -> !isOfTopic(found.group())));
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException when it is not one; the message follows the option's name
     */
    static TableTemplate of(String text) {
        List<String> parts = NameParts.of(text);
        for (String part : parts) {
            String rest = PLACEHOLDER.matcher(part).replaceAll("");
            if (rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
                throw new IllegalArgumentException(
                        "knows the placeholders {topic}, {topic.last}, {value.FIELD} and {key.FIELD}, and '" + text
                                + "' has another brace");
            }
        }
        return new TableTemplate(text, parts);
    }

    /** The fields that name the table and lie in the messages' values. */
    Set<String> valueFields() {
        return parts.stream()
                .flatMap(part -> PLACEHOLDER.matcher(part).results())
                .map(found -> found.group(1))
                .filter(placeholder -> placeholder.startsWith(OF_VALUE))
                .map(placeholder -> placeholder.substring(OF_VALUE.length()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Whether all messages of a topic go into one table. */
    boolean isFixed() {
        return fixed;
    }

    /** Whether the topic's name is a part of the table's: two topics are not meant to have one table then. */
    boolean namesTopic() {
        return parts.stream()
                .anyMatch(part -> PLACEHOLDER.matcher(part).results().anyMatch(found -> isOfTopic(found.group())));
    }

    /** The table of a topic; the other placeholders stay. */
    TableName of(String topic, Naming naming) {
        return name(parts.stream()
                .map(part -> part.replace(TOPIC, naming.named(topic)).replace(LAST_OF_TOPIC, naming.named(last(topic))))
                .toList());
    }

    /**
     * The table of a message.
     *
     * @throws BadValueException when it lacks what the name is made of
     */
    TableName of(String topic, Message message, Naming naming) throws BadValueException {
        List<String> names = new ArrayList<>();
        for (String part : parts) {
            StringBuilder name = new StringBuilder();
            Matcher matcher = PLACEHOLDER.matcher(part);
            while (matcher.find()) {
                String value =
                        isOfTopic(matcher.group()) ? ofTopic(matcher.group(), topic) : value(matcher.group(1), message);
                matcher.appendReplacement(name, Matcher.quoteReplacement(naming.named(value)));
            }
            names.add(matcher.appendTail(name).toString());
        }
        return name(names);
    }

    private static boolean isOfTopic(String placeholder) {
        return placeholder.equals(TOPIC) || placeholder.equals(LAST_OF_TOPIC);
    }

    private static String ofTopic(String placeholder, String topic) {
        return placeholder.equals(TOPIC) ? topic : last(topic);
    }

    /** What stands behind the last point; the whole name where there is none. */
    private static String last(String topic) {
        return topic.substring(topic.lastIndexOf('.') + 1);
    }

    private static String value(String placeholder, Message message) throws BadValueException {
        String field = placeholder.substring(placeholder.indexOf('.') + 1);
        boolean ofKey = placeholder.startsWith("key.");
        Datum datum = ofKey ? message.key() : message.value();
        @Nullable
        Object value = datum instanceof Row row && row.schema().indexOf(field) >= 0
                ? row.at(row.schema().indexOf(field))
                : null;
        String name = String.valueOf(CanonicalText.of(value));
        if (value == null || name.isEmpty()) {
            throw new BadValueException(
                    BadValueException.NULL,
                    field,
                    "names the table, and the message's " + (ofKey ? "key" : "value") + " has none");
        }
        return name;
    }

    private static TableName name(List<String> names) {
        return names.size() == 1
                ? new TableName(Optional.empty(), names.get(0))
                : new TableName(Optional.of(names.get(0)), names.get(1));
    }

    @Override
    public String toString() {
        return text;
    }
}
