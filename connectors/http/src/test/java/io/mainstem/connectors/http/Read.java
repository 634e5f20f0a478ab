package io.mainstem.connectors.http;

import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.connectors.http.source.HttpSourceFactory;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A source over a server, run as the runtime does, and what came of it. */
final class Read implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    final RecordingContext context = new RecordingContext(Path.of("."), NOW);
    final SourceHarness harness;

    Read(Map<String, ?> options) throws Exception {
        harness = new SourceHarness(new HttpSourceFactory(), options, context, new RecordingLog());
    }

    /** Options, by name and value in turn. */
    static Map<String, Object> options(Object... pairs) {
        Map<String, Object> options = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            options.put((String) pairs[i], pairs[i + 1]);
        }
        return options;
    }

    /** What a whole run gives: the values of a field, in their order. */
    static List<Object> all(String field, Map<String, ?> options) throws Exception {
        try (Read read = new Read(options)) {
            read.harness.runToEnd();
            return read.values(field);
        }
    }

    List<Object> values(String field) {
        return harness.log().messages().stream()
                .map(Message::value)
                .map(value -> ((Row) value).at(field))
                .toList();
    }

    /** Reads what there is now, and gives what came of it. */
    List<Object> next(String field) throws Exception {
        harness.log().clear();
        harness.runToEnd();
        return values(field);
    }

    @Override
    public void close() throws IOException {
        harness.close();
    }
}
