package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.runtime.pipeline.Fixture.Exchange;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.pipeline.YamlNode.Items;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file of a {@link Fixture}: YAML that a person can read, review and correct, with placeholders in the place of what came from
 * outside.
 */
public final class FixtureFile {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Findings findings;

    private FixtureFile(Findings findings) {
        this.findings = findings;
    }

    /**
     * A fixture, or what is wrong with its file.
     *
     * @param fixture there when nothing is wrong
     * @param problems what is wrong
     */
    public record Result(Optional<Fixture> fixture, List<ConfigProblem> problems) {

        /** Copies the list. */
        public Result {
            problems = List.copyOf(problems);
        }
    }

    /** Reads a file, with what its placeholders stand for here. */
    public static Result read(Path file, Outside outside) {
        Findings findings = Findings.ofFixture(file);
        Optional<Fixture> fixture = YamlFile.read(findings, outside).flatMap(new FixtureFile(findings)::fixture);
        return new Result(findings.isClean() ? fixture : Optional.empty(), findings.problems());
    }

    /** The text of the file. */
    public static String text(Fixture fixture, FixtureMasks masks) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put(PipelineFormat.FIXTURE_SOURCE.name(), fixture.source());
        head.put(PipelineFormat.FIXTURE_CONNECTOR.name(), fixture.connector());
        head.put(PipelineFormat.FIXTURE_TIME.name(), fixture.time().toString());
        head.put(PipelineFormat.FIXTURE_LIMIT.name(), (long) fixture.limit());
        List<Object> exchanges = new ArrayList<>();
        for (Exchange exchange : fixture.exchanges()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("request", masks.masked(exchange.request()));
            one.put("answer", masks.masked(exchange.answer()));
            exchanges.add(one);
        }
        head.put(PipelineFormat.FIXTURE_EXCHANGES.name(), exchanges);
        return """
                # What the source asked, and what it was answered, without secrets. 'mainstem test' answers it from here. Correct it as you
                # like: a request is the same when all that stands here of it is.
                """ + YamlText.of(head);
    }

    /** A text as it can stand behind a name in a file of YAML. */
    public static String scalar(String text) {
        return YamlText.scalar(text);
    }

    /** JSON in one line as it can stand in a file of YAML. */
    public static String line(JsonNode json, FixtureMasks masks) {
        return YamlText.printable(masked(json, masks).toString());
    }

    private static JsonNode masked(JsonNode json, FixtureMasks masks) {
        if (json.isTextual()) {
            return JSON.textNode(masks.masked(json.textValue()).toString());
        }
        if (json.isObject()) {
            ObjectNode object = JSON.objectNode();
            json.properties()
                    .forEach(field ->
                            object.set(masks.compared(field.getKey()).toString(), masked(field.getValue(), masks)));
            return object;
        }
        if (json.isArray()) {
            ArrayNode array = JSON.arrayNode();
            json.forEach(item -> array.add(masked(item, masks)));
            return array;
        }
        return json;
    }

    private Optional<Fixture> fixture(YamlNode root) {
        SectionReader file = SectionReader.of(PipelineFormat.FIXTURE, "a fixture", root.place(), root, findings);
        Optional<String> source = file.value(PipelineFormat.FIXTURE_SOURCE);
        Optional<String> connector = file.value(PipelineFormat.FIXTURE_CONNECTOR);
        Optional<Instant> time = file.value(PipelineFormat.FIXTURE_TIME);
        Optional<Long> limit = file.value(PipelineFormat.FIXTURE_LIMIT);
        List<Exchange> exchanges = new ArrayList<>();
        file.entry(PipelineFormat.FIXTURE_EXCHANGES.name())
                .map(Entry::value)
                .ifPresent(node -> exchanges(node, exchanges));
        if (source.isEmpty() || connector.isEmpty() || time.isEmpty() || limit.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Fixture(
                findings.file(),
                source.get(),
                connector.get(),
                time.get(),
                limit.get().intValue(),
                exchanges));
    }

    private void exchanges(YamlNode node, List<Exchange> exchanges) {
        if (!(node instanceof Items items)) {
            findings.problem(node.place(), "'exchanges' must be a list, not " + node.kind());
            return;
        }
        for (YamlNode item : items.items()) {
            String place = findings.file() + ":" + item.place().line() + ":"
                    + item.place().column();
            exchanges.add(new Exchange(map(item, "request"), map(item, "answer"), place));
        }
    }

    private Map<String, Object> map(YamlNode exchange, String name) {
        if (exchange instanceof Fields fields
                && fields.entry(name).map(Entry::value).orElse(null) instanceof Fields inner
                && value(YamlJson.of(inner)) instanceof Map<?, ?> map) {
            Map<String, Object> values = new LinkedHashMap<>();
            map.forEach((key, value) -> values.put(key.toString(), value == null ? "" : value));
            return values;
        }
        findings.problem(exchange.place(), "an exchange needs the map '" + name + "'");
        return Map.of();
    }

    private static @Nullable Object value(JsonNode node) {
        if (node.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            node.properties().forEach(field -> map.put(field.getKey(), value(field.getValue())));
            return map;
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            node.forEach(item -> list.add(value(item)));
            return list;
        }
        if (node.isNull()) {
            return null;
        }
        return node.isBoolean() ? node.booleanValue() : node.isNumber() ? node.numberValue() : node.textValue();
    }

    static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("must be a time such as 2026-11-28T12:00:00Z, not '" + text + "'", e);
        }
    }
}
