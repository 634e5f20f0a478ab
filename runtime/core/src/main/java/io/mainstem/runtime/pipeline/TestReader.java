package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.log.TopicSelection;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.codec.KeyCodec;
import io.mainstem.runtime.pipeline.TestCase.Replay;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.pipeline.YamlNode.Items;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.plugin.PluginClassLoading;
import io.mainstem.runtime.text.Nearest;
import io.mainstem.runtime.transform.StepSpec;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads {@code tests} of a pipeline's file. */
public final class TestReader {

    private static final String MARK = "$";
    private static final String TIME = "$time";

    /** What may stand beside the fields of a row that goes in, and of one that comes out. */
    private static final List<String> GIVEN = List.of("$operation", "$key", "$headers", TIME);

    private static final List<String> COMPARED = List.of("$operation", "$key", "$headers", "$topic");

    private final Findings findings;
    private final Pipeline pipeline;

    private TestReader(Findings findings, Pipeline pipeline) {
        this.findings = findings;
        this.pipeline = pipeline;
    }

    /**
     * The tests of a file, or what is wrong with it.
     *
     * @param tests the tests
     * @param problems what is wrong; no test is of use then
     */
    public record Tests(List<TestCase> tests, List<ConfigProblem> problems) {}

    /** Reads a file whose pipeline is right. */
    public static Tests read(Pipeline pipeline, Connectors catalog, Outside outside) {
        Findings findings = new Findings(pipeline.file());
        List<TestCase> tests = new ArrayList<>();
        YamlFile.read(findings, outside).ifPresent(root -> {
            TestReader reader = new TestReader(findings, pipeline);
            SectionReader file = SectionReader.of(PipelineFormat.PIPELINE, "a pipeline", root.place(), root, findings);
            file.entry(PipelineFormat.TESTS.name()).ifPresent(entry -> reader.tests(entry, tests));
        });
        return new Tests(tests, findings.problems());
    }

    private void tests(Entry entry, List<TestCase> tests) {
        if (!(entry.value() instanceof Items list)) {
            findings.problem(
                    entry.value().place(),
                    "'tests' must be a list, not " + entry.value().kind());
            return;
        }
        for (YamlNode item : list.items()) {
            SectionReader section =
                    SectionReader.of(PipelineFormat.TESTS.section(), "a test", item.place(), item, findings);
            at(section.place(), () -> test(section, tests.size() + 1))
                    .flatMap(found -> found)
                    .ifPresent(tests::add);
        }
    }

    /** What stands at a place, or a problem there. */
    private <T> Optional<T> at(Place place, Supplier<T> made) {
        try {
            return Optional.of(made.get());
        } catch (IllegalArgumentException | CodecException | DateTimeException e) {
            findings.problem(place, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Whose steps they are. */
    private record Subject(String name, List<StepSpec> steps, String stream, List<Field> known) {}

    private Optional<TestCase> test(SectionReader section, int number) {
        Optional<Subject> found = subject(section);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Subject subject = found.get();
        Optional<Replay> replay = replay(section);
        List<YamlNode> rows = list(section, PipelineFormat.TEST_ROWS.name()).stream()
                .filter(row -> at(row.place(), () -> fieldsOf(YamlJson.of(row))).isPresent())
                .toList();
        rows.forEach(row -> marks(row).forEach(this::given));
        Schema schema = schema(section, subject, rows);
        List<String> key = section.value(PipelineFormat.TEST_KEY).orElse(List.of());
        List<Message> input = new ArrayList<>();
        rows.forEach(row -> at(row.place(), () -> message(row, schema, key)).ifPresent(input::add));
        List<TestCase.Expected> expected = new ArrayList<>();
        list(section, PipelineFormat.TEST_EXPECT.name()).forEach(row -> {
            marks(row).forEach(this::compared);
            expected.add(new TestCase.Expected(place(row.place()), YamlJson.of(row)));
        });
        return Optional.of(new TestCase(
                section.value(PipelineFormat.TEST_NAME).orElse("test " + number),
                place(section.place()),
                pipeline.file(),
                subject.name(),
                subject.steps(),
                StreamSchema.of(subject.stream(), schema, key),
                input,
                expected,
                section.value(PipelineFormat.TEST_BAD).orElse(List.of()),
                tables(section),
                replay,
                section.value(PipelineFormat.TEST_COUNT)
                        .map(count -> OptionalInt.of(count.intValue()))
                        .orElseGet(OptionalInt::empty)));
    }

    private static List<Entry> marks(YamlNode row) {
        return row instanceof Fields fields
                ? fields.entries().stream()
                        .filter(entry -> entry.key().startsWith(MARK))
                        .toList()
                : List.of();
    }

    private void given(Entry mark) {
        if (!GIVEN.contains(mark.key())) {
            unknown(mark, "a row", GIVEN);
        }
    }

    /** A field may have such a name, too. */
    private void compared(Entry mark) {
        boolean isMeant =
                Nearest.of(mark.key(), COMPARED).isPresent() || mark.key().equals(TIME);
        if (!COMPARED.contains(mark.key()) && isMeant) {
            unknown(mark, "a row that is expected", COMPARED);
        }
    }

    private void unknown(Entry mark, String where, List<String> names) {
        String hint = Nearest.hint(mark.key(), names);
        findings.problem(
                mark.place(),
                where + " has no '" + mark.key() + "'"
                        + (hint.isEmpty() ? "; beside its fields there are " + String.join(", ", names) : hint));
    }

    private Optional<Replay> replay(SectionReader section) {
        Optional<String> fixture = section.value(PipelineFormat.TEST_FIXTURE);
        if (fixture.isEmpty()) {
            return Optional.empty();
        }
        Optional<SourceSpec> source = section.value(PipelineFormat.TEST_SOURCE)
                .flatMap(name -> pipeline.sources().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst());
        if (source.isEmpty() || section.entry(PipelineFormat.TEST_ROWS.name()).isPresent()) {
            findings.problem(
                    section.place(PipelineFormat.TEST_FIXTURE.name()),
                    "'fixture' is for a 'source', and instead of 'rows'");
            return Optional.empty();
        }
        return Optional.of(new Replay(
                pipeline.file().toAbsolutePath().resolveSibling(fixture.get()).normalize(),
                pipeline,
                source.get(),
                section.value(PipelineFormat.TEST_STREAM)));
    }

    private String place(Place place) {
        return findings.file() + ":" + place.line() + ":" + place.column();
    }

    private Optional<Subject> subject(SectionReader section) {
        Optional<String> source = section.value(PipelineFormat.TEST_SOURCE);
        Optional<String> sink = section.value(PipelineFormat.TEST_SINK);
        Optional<String> stream = section.value(PipelineFormat.TEST_STREAM);
        if (source.isPresent() == sink.isPresent()) {
            findings.problem(section.place(), "a test needs 'source' or 'sink', and not both");
            return Optional.empty();
        }
        Optional<Subject> found = source.isPresent()
                ? pipeline.sources().stream()
                        .filter(each -> each.name().equals(source.get()))
                        .findFirst()
                        .map(each ->
                                new Subject(each.name(), each.transforms(), stream.orElse(each.name()), declared(each)))
                : pipeline.sinks().stream()
                        .filter(each -> each.name().equals(sink.orElseThrow()))
                        .findFirst()
                        .map(each -> new Subject(
                                each.name(),
                                each.transforms(),
                                stream.or(() -> first(each)).orElse(""),
                                List.of()));
        if (found.filter(subject -> subject.stream().isEmpty()).isPresent()) {
            findings.problem(
                    section.place(), "the sink names no topic in full; say in 'stream' which topic the rows are of");
            return Optional.empty();
        }
        if (found.isEmpty()) {
            unknown(section, source.isPresent());
        }
        return found;
    }

    private static Optional<String> first(SinkSpec sink) {
        return TopicSelection.of(sink.topics()).names().stream().findFirst();
    }

    private void unknown(SectionReader section, boolean isSource) {
        Option<String> option = isSource ? PipelineFormat.TEST_SOURCE : PipelineFormat.TEST_SINK;
        String name = section.value(option).orElseThrow();
        List<String> names = isSource
                ? pipeline.sources().stream().map(SourceSpec::name).toList()
                : pipeline.sinks().stream().map(SinkSpec::name).toList();
        findings.problem(
                section.place(option.name()),
                "there is no " + option.name() + " '" + name + "' here" + Nearest.hint(name, names));
    }

    private static List<Field> declared(SourceSpec source) {
        try {
            return PluginClassLoading.with(
                    source.factory(), () -> source.factory().declaredFields(source.config()));
        } catch (Exception e) {
            throw new IllegalArgumentException(
                    "the connector '" + source.connector() + "' could not tell its fields: " + e, e);
        }
    }

    /** Fields that the test types, those that the source declares, and those that the rows have besides. */
    private static Schema schema(SectionReader section, Subject subject, List<YamlNode> rows) {
        Map<String, Field> fields = new LinkedHashMap<>();
        section.value(PipelineFormat.TEST_FIELDS)
                .orElse(Map.of())
                .forEach((name, type) -> fields.put(name, field(name, type)));
        subject.known().forEach(field -> fields.putIfAbsent(field.name(), field));
        Schema declared = Schema.of(subject.stream(), List.copyOf(fields.values()));
        List<String> objects =
                rows.stream().map(row -> fieldsOf(YamlJson.of(row)).toString()).toList();
        Schema all = JsonRows.extend(declared, objects);
        // In the order in which people wrote them: the first row's fields first.
        List<Field> ordered = new ArrayList<>();
        rows.stream()
                .findFirst()
                .map(YamlJson::of)
                .ifPresent(first -> fieldsOf(first).fieldNames().forEachRemaining(name -> {
                    if (all.indexOf(name) >= 0) {
                        ordered.add(all.field(all.indexOf(name)));
                    }
                }));
        all.fields().stream().filter(field -> !ordered.contains(field)).forEach(ordered::add);
        return Schema.of(subject.stream(), ordered);
    }

    private static Field field(String name, String text) {
        String clean = text.strip();
        boolean required = clean.endsWith(" not null");
        Type type = Type.parse(required ? clean.substring(0, clean.length() - " not null".length()) : clean);
        return required ? Field.required(name, type) : Field.nullable(name, type);
    }

    private static ObjectNode fieldsOf(JsonNode row) {
        if (!(row instanceof ObjectNode object)) {
            throw new IllegalArgumentException("a row must be a map of fields, and " + row + " is none");
        }
        ObjectNode fields = object.deepCopy();
        object.fieldNames().forEachRemaining(name -> {
            if (name.startsWith(MARK)) {
                fields.remove(name);
            }
        });
        return fields;
    }

    private static Message message(YamlNode node, Schema schema, List<String> keyFields) {
        JsonNode row = YamlJson.of(node);
        Operation operation =
                row.has("$operation") ? operation(row.get("$operation").asText()) : Operation.CREATE;
        ObjectNode fields = fieldsOf(row);
        Row value = operation == Operation.DELETE ? null : JsonRows.toRow(fields.toString(), schema);
        Message message = Message.of(operation, key(row.get("$key"), schema, keyFields), value);
        if (row.has("$headers")) {
            List<Header> headers = new ArrayList<>();
            row.get("$headers")
                    .properties()
                    .forEach(header -> headers.add(new Header(
                            header.getKey(), header.getValue().asText().getBytes(StandardCharsets.UTF_8))));
            message = message.withHeaders(headers);
        }
        return row.has(TIME) ? message.withTimestamp(Instant.parse(row.get(TIME).asText())) : message;
    }

    private static Operation operation(String text) {
        Map<String, Operation> all = new LinkedHashMap<>();
        for (Operation each : Operation.values()) {
            all.put(each.name().toLowerCase(Locale.ROOT), each);
        }
        @Nullable Operation operation = all.get(text);
        if (operation == null) {
            throw new IllegalArgumentException("'$operation' must be one of " + String.join(", ", all.keySet())
                    + ", not '" + text + "'" + Nearest.hint(text, all.keySet()));
        }
        return operation;
    }

    private static @Nullable Datum key(@Nullable JsonNode key, Schema schema, List<String> keyFields) {
        if (key == null) {
            return null;
        }
        if (!key.isObject()) {
            return io.mainstem.api.Scalar.text(key.asText());
        }
        List<Field> fields = new ArrayList<>();
        keyFields.stream()
                .filter(name -> schema.indexOf(name) >= 0)
                .forEach(name -> fields.add(schema.field(schema.indexOf(name))));
        Schema typed = Schema.of(schema.name(), fields);
        return JsonRows.toRow(key.toString(), JsonRows.extend(typed, List.of(key.toString())));
    }

    private static List<YamlNode> list(SectionReader section, String key) {
        return section.entry(key)
                .map(Entry::value)
                .map(node -> {
                    if (node instanceof Items items) {
                        return items.items();
                    }
                    throw new IllegalArgumentException("'" + key + "' must be a list of rows, not " + node.kind());
                })
                .orElse(List.of());
    }

    private static Map<String, Map<String, Row>> tables(SectionReader section) {
        Map<String, Map<String, Row>> tables = new HashMap<>();
        section.entry(PipelineFormat.TEST_TABLES.name()).ifPresent(entry -> {
            if (!(entry.value() instanceof Fields topics)) {
                throw new IllegalArgumentException(
                        "'tables' must be a map of topics, not " + entry.value().kind());
            }
            topics.entries().forEach(topic -> tables.put(topic.key(), table(topic)));
        });
        return tables;
    }

    private static Map<String, Row> table(Entry topic) {
        JsonNode table = YamlJson.of(topic.value());
        List<String> key = new ArrayList<>();
        table.path("key").forEach(field -> key.add(field.asText()));
        List<String> objects = new ArrayList<>();
        table.path("rows").forEach(row -> objects.add(row.toString()));
        if (key.isEmpty() || objects.isEmpty()) {
            throw new IllegalArgumentException(
                    "the table '" + topic.key() + "' needs 'key', a list of fields, and 'rows'");
        }
        Schema schema = JsonRows.extend(Schema.of(topic.key()), objects);
        KeyCodec codec = KeyCodec.of(schema, key);
        Map<String, Row> rows = new LinkedHashMap<>();
        for (String object : objects) {
            Row row = JsonRows.toRow(object, schema);
            EncodeBuffer text = new EncodeBuffer();
            codec.encode(row, text);
            rows.put(new String(text.array(), 0, text.length(), StandardCharsets.UTF_8), row);
        }
        return rows;
    }
}
