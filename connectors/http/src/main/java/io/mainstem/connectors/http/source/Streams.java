package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.connectors.http.client.HttpSession;
import io.mainstem.connectors.http.client.WaitException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The streams of a source: their partitions, and their fields where none are declared. One thread. */
final class Streams {

    private static final int PARTITIONS_MAX = 100_000;
    private static final int SAMPLE_RECORDS = 1000;
    private static final int SAMPLE_PARTITIONS = 20;

    private final Map<String, StreamSettings> streams = new LinkedHashMap<>();
    private final HttpSession session;
    private final Clock clock;

    Streams(Config config, String only, HttpSession session, Clock clock) {
        this.session = session;
        this.clock = clock;
        settings(config, only).forEach(stream -> streams.put(stream.name(), stream));
    }

    private static List<StreamSettings> settings(Config config, String only) {
        Map<String, Config> named = config.get(SourceOptions.STREAMS);
        return named.isEmpty()
                ? List.of(new StreamSettings(only, config, config))
                : named.entrySet().stream()
                        .map(each -> new StreamSettings(each.getKey(), each.getValue(), config))
                        .toList();
    }

    /** Those whose fields are declared. */
    static List<StreamSchema> declared(Config config, String only) {
        return settings(config, only).stream()
                .flatMap(stream -> declared(stream).stream())
                .toList();
    }

    Iterable<StreamSettings> all() {
        return streams.values();
    }

    StreamSettings get(String name) {
        @Nullable StreamSettings stream = streams.get(name);
        if (stream == null) {
            throw new StopException(
                    "http.stream",
                    "the configuration has no stream '" + name + "' any more",
                    "Put it back, or reset the positions of this source.");
        }
        return stream;
    }

    /** The parts of a stream that are read on their own; asks the server for the parent's records. */
    List<Partition> partitions(StreamSettings stream) throws WaitException, InterruptedException {
        List<Partition> all = List.of(Partition.WHOLE);
        for (Map.Entry<String, List<String>> values :
                stream.get(SourceOptions.FOR_EACH).entrySet()) {
            all = Partition.each(
                    all,
                    values.getValue().stream()
                            .map(value -> Map.of(values.getKey(), value))
                            .toList());
        }
        Optional<String> parent = stream.find(SourceOptions.PARENT);
        if (parent.isPresent()) {
            all = Partition.each(all, parentRecords(stream, get(parent.get())));
        }
        return all;
    }

    /** What the requests use of each record of the parent. */
    private List<Map<String, String>> parentRecords(StreamSettings child, StreamSettings parent)
            throws WaitException, InterruptedException {
        List<String> fields = child.parentFields();
        Map<Map<String, String>, Boolean> found = new LinkedHashMap<>();
        PassTimes times = new PassTimes(parent, clock.instant());
        for (Partition partition : partitions(parent)) {
            PageSource pages = new PageSource(parent, partition, session);
            Progress progress = new Progress();
            Optional<String> from = parent.find(SourceOptions.SINCE);
            do {
                progress.begin(from, times.until(from), false);
                readParents(parent, pages, progress, fields, found);
                from = progress.until;
            } while (times.hasMore(from));
        }
        return List.copyOf(found.keySet());
    }

    private static void readParents(
            StreamSettings parent,
            PageSource pages,
            Progress progress,
            List<String> fields,
            Map<Map<String, String>, Boolean> found)
            throws WaitException, InterruptedException {
        boolean more = true;
        while (more) {
            more = readParents(pages, progress, fields, found);
            if (found.size() > PARTITIONS_MAX || progress.index >= parent.get(SourceOptions.PAGES_MAX)) {
                throw new StopException(
                        "http.parents",
                        "the stream '" + parent.name() + "' has more than " + PARTITIONS_MAX
                                + " records, or too many pages",
                        "Ask for fewer parents.");
            }
        }
    }

    private static boolean readParents(
            PageSource pages, Progress progress, List<String> fields, Map<Map<String, String>, Boolean> found)
            throws WaitException, InterruptedException {
        Optional<OpenPage> opened = pages.open(progress);
        if (opened.isEmpty()) {
            return false;
        }
        try (OpenPage page = opened.get()) {
            for (JsonNode record = page.next(); record != null; record = page.next()) {
                values(record, fields).ifPresent(values -> found.put(values, true));
            }
            page.checkNoError();
            Optional<Map<String, Object>> next = pages.pagination().next(progress.page, page.facts());
            next.ifPresent(progress::nextPage);
            return next.isPresent();
        }
    }

    /** A parent that lacks one of the fields has no request. */
    private static Optional<Map<String, String>> values(JsonNode record, List<String> fields) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String field : fields) {
            JsonPointer pointer = JsonPointer.compile(
                    "/" + field.substring("parent.".length()).replace('.', '/'));
            JsonNode value = record.at(pointer);
            if (!value.isValueNode() || value.isNull()) {
                return Optional.empty();
            }
            values.put(field, value.asText());
        }
        return Optional.of(values);
    }

    /** A stream with its fields: declared, else as they were found out before, else found out now, if there are records. */
    Optional<StreamSchema> schema(StreamSettings stream, Optional<StreamSchema> known, List<Partition> partitions)
            throws WaitException, InterruptedException {
        Optional<StreamSchema> declared = declared(stream);
        if (declared.isPresent()) {
            return declared;
        }
        List<Field> added = added(stream);
        List<String> key = stream.get(SourceOptions.KEY);
        if (known.isPresent()) {
            return Optional.of(checked(stream, known.get().schema(), key));
        }
        SchemaGuess guess = guess(stream, partitions);
        return guess.isEmpty()
                ? Optional.empty()
                : Optional.of(checked(stream, guess.schema(stream.name(), added), key));
    }

    private static Optional<StreamSchema> declared(StreamSettings stream) {
        Map<String, Column> columns = stream.get(SourceOptions.COLUMNS);
        List<Field> added = added(stream);
        List<String> key = stream.get(SourceOptions.KEY);
        if (stream.get(SourceOptions.FORMAT) == SourceOptions.Format.EVENTS && columns.isEmpty()) {
            return Optional.of(StreamSchema.of(stream.name(), EventReader.schema(stream.name(), added), key));
        }
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        List<Field> fields = new ArrayList<>();
        columns.forEach((name, column) -> fields.add(column.field(name)));
        fields.addAll(added);
        return Optional.of(checked(stream, Schema.of(stream.name(), fields), key));
    }

    private static StreamSchema checked(StreamSettings stream, Schema schema, List<String> key) {
        for (String field : key) {
            if (schema.indexOf(field) < 0) {
                throw new StopException(
                        "http.key",
                        "the stream '" + stream.name() + "' has no field '" + field + "', which 'key' names: " + schema,
                        "Correct 'key', or declare the field by 'columns'.");
            }
        }
        return StreamSchema.of(stream.name(), schema, key);
    }

    private static List<Field> added(StreamSettings stream) {
        List<Field> fields = new ArrayList<>();
        stream.get(SourceOptions.ADD_FIELDS).keySet().forEach(name -> fields.add(Field.nullable(name, Type.STRING)));
        stream.find(SourceOptions.RECORD_FIELD).ifPresent(name -> fields.add(Field.nullable(name, Type.JSON)));
        return fields;
    }

    private SchemaGuess guess(StreamSettings stream, List<Partition> partitions)
            throws WaitException, InterruptedException {
        SchemaGuess guess = new SchemaGuess();
        for (Partition partition : partitions.subList(0, Math.min(SAMPLE_PARTITIONS, partitions.size()))) {
            PageSource pages = new PageSource(stream, partition, session);
            Progress progress = new Progress();
            Optional<String> from = stream.find(SourceOptions.SINCE);
            progress.begin(from, new PassTimes(stream, clock.instant()).until(from), false);
            Optional<OpenPage> opened = pages.open(progress);
            if (opened.isPresent()) {
                try (OpenPage page = opened.get()) {
                    look(stream, page, guess);
                }
            }
            if (!guess.isEmpty()) {
                return guess;
            }
        }
        return guess;
    }

    private static void look(StreamSettings stream, OpenPage page, SchemaGuess guess) {
        Optional<String> expand = stream.find(SourceOptions.EXPAND);
        @Nullable JsonNode record = page.next();
        if (record == null) {
            page.checkNoError();
        }
        if (record == null && !page.isFound()) {
            throw new StopException(
                    "http.records",
                    page + ", and there is nothing at '" + stream.get(SourceOptions.RECORDS) + "'; it has "
                            + (page.names().isEmpty() ? "nothing else" : page.names()),
                    "Set 'records' to where the records stand.");
        }
        for (int i = 0; record != null && i < SAMPLE_RECORDS; i++) {
            see(record, expand, guess);
            record = page.next();
        }
    }

    private static void see(JsonNode record, Optional<String> expand, SchemaGuess guess) {
        if (expand.isPresent() && record.get(expand.get()) instanceof ArrayNode inner) {
            for (JsonNode element : inner) {
                guess.see(((ObjectNode) record.deepCopy()).set(expand.get(), element));
            }
            return;
        }
        guess.see(record);
    }
}
