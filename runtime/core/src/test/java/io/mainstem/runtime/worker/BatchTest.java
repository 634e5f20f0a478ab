package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.Batch;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The bounds of batches: of transactions in the log and of flushes into the target. */
class BatchTest extends WorkerCase {

    private static final Duration LONG = Duration.ofHours(1);
    private static final int ROWS = 1_000;

    private final MemoryTarget target = new MemoryTarget(true);

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
        NumbersSource source = new NumbersSource(1, ROWS, 10);
        Pipeline pipeline = new Pipeline(
                "test",
                folder.resolve("test.yaml"),
                List.of(new SourceSpec(
                        "numbers",
                        "numbers",
                        source,
                        NONE,
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
                        NONE,
                        List.of("numbers"),
                        List.of(),
                        behind,
                        FailurePolicy.DEFAULT)));
        try (Worker worker = Worker.start(log, List.of(pipeline), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
        }
        assertThat(target.numbers()).isEqualTo(LongStream.range(0, ROWS).boxed().toList());
    }
}
