package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.RetryException;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Secrets;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long a task is patient, on a clock that the sessions move. */
class TaskTest {

    private static final Duration LONGEST = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final SettableClock clock = new SettableClock();
    private final TaskStatus status = new TaskStatus("pipeline", "sink", TaskStatus.Side.SINK);
    private int sessions;

    @Test
    void timeInWhichItHadNothingToDoIsNotFailingTime() {
        run(life -> {
            if (sessions == 5) {
                return;
            }
            clock.pass(PATIENCE);
            life.status().caughtUp();
            throw lost();
        });
        assertThat(status.state()).isEqualTo(TaskStatus.State.FINISHED);
        assertThat(sessions).isEqualTo(5);
    }

    @Test
    void aConnectionThatIsLostAsSoonAsItIsThereUsesUpItsPatience() {
        run(life -> {
            life.status().caughtUp();
            clock.pass(PATIENCE.dividedBy(2));
            throw lost();
        });
        assertThat(status.state()).isEqualTo(TaskStatus.State.FAILED);
        assertThat(sessions).isEqualTo(3);
    }

    private void run(Work work) {
        Task task = new Task(
                status,
                life -> {
                    sessions++;
                    return new OneLife(work, life);
                },
                getClass().getClassLoader(),
                new StopSignal(),
                new FailurePolicy(
                        new FailurePolicy.Retry(Duration.ofMillis(1), LONGEST, PATIENCE),
                        new FailurePolicy.BadRecords.Stop()),
                WorkerOptions.of(Secrets.none(), clock, new Random(1)),
                () -> {});
        task.run();
    }

    private static RetryException lost() {
        return new RetryException("the connection is lost", new IOException("reset"));
    }

    private interface Work {
        void run(Life life) throws Exception;
    }

    private record OneLife(Work work, Life life) implements Task.Session {
        @Override
        public void run() throws Exception {
            work.run(life);
        }

        @Override
        public void close() {}
    }

    private static final class SettableClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
