package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.log.Log;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.Secrets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of workers share: a real embedded log in a folder of its own, and how long they wait for what must come. */
abstract class WorkerCase {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Config NONE = Config.of(Map.of());
    static final FailurePolicy.Retry QUICK =
            new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMinutes(1));
    static final FailurePolicy STOP = new FailurePolicy(QUICK, new FailurePolicy.BadRecords.Stop());
    static final FailurePolicy KEEP =
            new FailurePolicy(QUICK, new FailurePolicy.BadRecords.DeadLetters("numbers.dead", Optional.empty()));

    @TempDir
    Path folder;

    Log log;

    @BeforeEach
    final void openLog() {
        log = EmbeddedLog.open(folder.resolve("log"), EmbeddedLogOptions.defaults());
    }

    @AfterEach
    final void closeLog() {
        log.close();
    }

    static WorkerOptions options() {
        return WorkerOptions.of(Secrets.none(), Clock.systemUTC(), new Random(42));
    }

    /** Runs a pipeline to its end, without a failure. */
    final void runToTheEnd(Pipeline pipeline) throws InterruptedException {
        try (Worker worker = Worker.start(log, List.of(pipeline), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.hasFailed()).as("%s", worker.status()).isFalse();
        }
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within %s", PATIENCE).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
