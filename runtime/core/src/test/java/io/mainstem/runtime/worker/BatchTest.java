package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.log.Log;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.Batch;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bounds of batches: of transactions in the log and of flushes into the target. */
class BatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofHours(1);
    private static final int ROWS = 1_000;

    @TempDir
    Path folder;

    private final MemoryTarget target = new MemoryTarget(true);
    private Log log;

    @BeforeEach
    void openLog() {
        log = EmbeddedLog.open(folder.resolve("log"), EmbeddedLogOptions.defaults());
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Test
    void aBatchHasAtMostItsRecords() throws Exception {
        run(new Batch(20, 1 << 20, LONG, Duration.ZERO), new Batch(7, 1 << 20, LONG, LONG));

        assertThat(transactions()).isEqualTo(ROWS / 20L);
        assertThat(target.flushes.get()).isGreaterThanOrEqualTo(ROWS / 7);
    }

    @Test
    void aBatchHasAboutItsBytes() throws Exception {
        run(new Batch(ROWS, 1 << 10, LONG, Duration.ZERO), new Batch(ROWS, 1 << 10, LONG, LONG));

        assertThat(transactions()).isBetween(5L, ROWS / 10L);
        assertThat(target.flushes.get()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void theEndOfWhatThereIsToReadEndsABatch() throws Exception {
        run(new Batch(ROWS * 2, 1 << 20, LONG, Duration.ZERO), new Batch(ROWS * 2, 1 << 20, LONG, LONG));

        assertThat(transactions()).isEqualTo(1);
        assertThat(target.flushes.get()).isLessThanOrEqualTo(2);
    }

    /** Each has left a marker in the topic. */
    private long transactions() {
        return log.admin().offsets(new TopicPartition("numbers", 0)).end() - ROWS;
    }

    private void run(Batch inFront, Batch behind) throws Exception {
        Config none = Config.of(Map.of());
        NumbersSource source = new NumbersSource(1, ROWS, 10);
        Pipeline pipeline = new Pipeline(
                "test",
                folder.resolve("test.yaml"),
                List.of(new SourceSpec(
                        "numbers",
                        "numbers",
                        source,
                        none,
                        "{stream}",
                        List.of(),
                        ScheduleSpec.once(),
                        inFront,
                        FailurePolicy.DEFAULT)),
                List.of(new TopicSpec("numbers", 1, List.of(), CodecKind.AVRO, TopicSettings.defaults())),
                List.of(new SinkSpec(
                        "target",
                        "memory",
                        target,
                        none,
                        List.of("numbers"),
                        List.of(),
                        behind,
                        FailurePolicy.DEFAULT)));
        WorkerOptions options = WorkerOptions.of(Secrets.none(), Clock.systemUTC(), new Random(42));
        try (Worker worker = Worker.start(log, List.of(pipeline), options)) {
            assertThat(worker.await(PATIENCE)).isTrue();
        }
        assertThat(target.numbers()).isEqualTo(LongStream.range(0, ROWS).boxed().toList());
    }
}
