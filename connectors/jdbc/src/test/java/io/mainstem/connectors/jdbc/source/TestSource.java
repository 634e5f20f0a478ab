package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Config;
import io.mainstem.api.Problem;
import io.mainstem.api.Source;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Sources with the options of a test, one after the other, which have one context and one log. */
final class TestSource {

    private final JdbcSourceFactory factory = new JdbcSourceFactory();
    private final RecordingContext context;
    private final RecordingLog log = new RecordingLog();

    TestSource() {
        this(Path.of("."));
    }

    /** Sources of a pipeline whose file is in this folder. */
    TestSource(Path folder) {
        context = new RecordingContext(folder, Instant.parse("2030-01-01T00:00:00Z"));
    }

    /** What a new source has to read. */
    static RecordingLog read(Map<String, ?> options) throws Exception {
        TestSource source = new TestSource();
        source.run(options);
        return source.log();
    }

    RecordingContext context() {
        return context;
    }

    RecordingLog log() {
        return log;
    }

    /** A source by itself; the log knows what is stored of it. */
    Source open(Map<String, ?> options) throws Exception {
        return factory.create(Config.parse(factory.config(), options), context);
    }

    SourceHarness harness(Map<String, ?> options) throws Exception {
        return harness(options, log);
    }

    SourceHarness harness(Map<String, ?> options, RecordingLog other) throws Exception {
        return new SourceHarness(factory, options, context, other);
    }

    /** One run to the end of what is there. */
    void run(Map<String, ?> options) throws Exception {
        try (SourceHarness harness = harness(options)) {
            harness.runToEnd();
        }
    }

    /** What {@code check} has to say. */
    List<String> check(Map<String, ?> options) throws Exception {
        return factory.check(Config.parse(factory.config(), options), context).stream()
                .map(Problem::message)
                .toList();
    }
}
