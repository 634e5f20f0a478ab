package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.runtime.pipeline.Deadlines;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a call counts as hung, on a ticker that the test moves past the end of its range. */
class CallWatchTest {

    private static final Deadlines DEADLINES = new Deadlines(
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(40),
            Duration.ofSeconds(50),
            Duration.ofSeconds(1));

    private long now = Long.MAX_VALUE - 5;
    private final CallWatch watch = new CallWatch(DEADLINES, () -> now);

    private void pass(long seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void aCallIsOverdueAtItsOwnDeadlineAndIsFoundOnce() {
        watch.begin(ConnectorCall.POLL);
        pass(9);
        assertThat(watch.findOverdue()).isEmpty();
        assertThat(watch.untilOverdue()).isEqualTo(Duration.ofSeconds(1).toNanos());
        pass(1);
        long began = now - Duration.ofSeconds(10).toNanos();
        assertThat(watch.findOverdue()).contains(new CallWatch.Overdue(ConnectorCall.POLL, began));
        assertThat(watch.findOverdue()).isEmpty();
        assertThatThrownBy(watch::end).isInstanceOf(CallOverdueException.class);
    }

    @Test
    void betweenCallsNothingIsOverdueBeforeTheShortestDeadline() {
        assertThat(watch.untilOverdue()).isEqualTo(Duration.ofSeconds(1).toNanos());
        watch.begin(ConnectorCall.WRITE);
        watch.end();
        pass(1_000);
        assertThat(watch.findOverdue()).isEmpty();
        assertThat(watch.untilOverdue()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void theTimeInWhichTheLogMakesAConnectorWaitIsNotItsOwn() {
        watch.begin(ConnectorCall.POLL);
        pass(9);
        long paused = watch.pause();
        pass(1_000);
        assertThat(watch.findOverdue()).isEmpty();
        watch.resume(paused);
        pass(9);
        assertThat(watch.findOverdue()).isEmpty();
        pass(1);
        assertThat(watch.findOverdue()).isPresent();
        assertThatThrownBy(watch::pause).isInstanceOf(CallOverdueException.class);
        assertThatThrownBy(watch::check).isInstanceOf(CallOverdueException.class);
    }

    @Test
    void aPauseOutsideOfAnyCallIsNothing() {
        watch.resume(watch.pause());
        pass(1_000);
        assertThat(watch.findOverdue()).isEmpty();
        watch.end();
    }

    @Test
    void whatWasGivenUpCanOnlyLetGo() {
        watch.begin(ConnectorCall.FLUSH);
        pass(40);
        assertThat(watch.findOverdue()).isPresent();
        watch.giveUp();
        assertThatThrownBy(watch::end).isInstanceOf(CallOverdueException.class);
        assertThatThrownBy(() -> watch.begin(ConnectorCall.WRITE)).isInstanceOf(CallOverdueException.class);
        assertThatThrownBy(watch::check).isInstanceOf(CallOverdueException.class);
        watch.begin(ConnectorCall.CLOSE);
        watch.end();
    }

    @Test
    void aCallCanBeCutShortBeforeItsDeadline() {
        assertThat(watch.cutShort()).isEmpty();
        watch.begin(ConnectorCall.WRITE);
        assertThat(watch.cutShort()).isPresent();
        assertThatThrownBy(watch::end).isInstanceOf(CallOverdueException.class);
    }
}
