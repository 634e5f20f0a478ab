package io.mainstem.runtime.delivery;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.StopException;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.FailurePolicy.Share;
import io.mainstem.runtime.pipeline.FailurePolicy.StopAbove;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BadRecordBudgetTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualClock clock = new ManualClock();

    private BadRecordBudget budget(StopAbove stopAbove) {
        return new BadRecordBudget(new FailurePolicy.BadRecords.DeadLetters("dead", Optional.of(stopAbove)), clock);
    }

    private static void spend(BadRecordBudget budget, int count) {
        for (int i = 0; i < count; i++) {
            budget.spend("orders-0@" + i, "it says so");
        }
    }

    @Test
    void aNumberIsOfItsTimeAlone() {
        BadRecordBudget budget = budget(new StopAbove(3, HOUR));
        spend(budget, 3);
        clock.now = clock.now.plus(HOUR).plusMillis(1);
        spend(budget, 3);
        assertThatThrownBy(() -> spend(budget, 1))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("more than 3 bad records within 3600 s, the last: orders-0@0: it says so");
    }

    @Test
    void aShareIsTakenOfEnoughRecords() {
        BadRecordBudget budget = budget(new StopAbove(Optional.empty(), Optional.of(new Share(5, 100)), HOUR));
        budget.seen(50);
        spend(budget, 5);
        budget.seen(50);
        assertThatThrownBy(() -> spend(budget, 1))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("6 of 100 records within 3600 s are bad, more than 5.0%");
    }

    @Test
    void aShareForgetsWhatIsTooOld() {
        BadRecordBudget budget = budget(new StopAbove(Optional.empty(), Optional.of(new Share(5, 100)), HOUR));
        budget.seen(200);
        spend(budget, 10);
        clock.now = clock.now.plus(HOUR).plusMillis(1);
        budget.seen(200);
        assertThatCode(() -> spend(budget, 10)).doesNotThrowAnyException();
        assertThatThrownBy(() -> spend(budget, 1)).isInstanceOf(StopException.class);
    }

    /** A clock that a test sets. */
    private static final class ManualClock extends Clock {
        private Instant now = Instant.parse("2026-01-31T12:00:00Z");

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
