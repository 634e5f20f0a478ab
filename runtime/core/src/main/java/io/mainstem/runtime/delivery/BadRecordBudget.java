package io.mainstem.runtime.delivery;

import io.mainstem.api.StopException;
import io.mainstem.runtime.pipeline.FailurePolicy;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;

/** Counts the bad records of one source or sink, and ends its patience when there are too many. One thread at a time. */
public final class BadRecordBudget {

    private final Optional<FailurePolicy.StopAbove> limit;
    private final Clock clock;
    private final ArrayDeque<Instant> recent = new ArrayDeque<>();

    /** A budget as the policy says. */
    public BadRecordBudget(FailurePolicy.BadRecords policy, Clock clock) {
        this.limit =
                policy instanceof FailurePolicy.BadRecords.DeadLetters letters ? letters.stopAbove() : Optional.empty();
        this.clock = clock;
    }

    /**
     * One more.
     *
     * @param where which record, for the message
     * @throws StopException when it is one too many
     */
    public void spend(String where, String reason) {
        if (limit.isEmpty()) {
            return;
        }
        FailurePolicy.StopAbove most = limit.get();
        Instant now = clock.instant();
        recent.addLast(now);
        while (recent.getFirst().isBefore(now.minus(most.within()))) {
            recent.removeFirst();
        }
        if (recent.size() > most.count()) {
            throw new StopException(
                    "bad-records.too-many",
                    "more than " + most.count() + " bad records within "
                            + most.within().toSeconds() + " s, the last: " + where + ": " + reason,
                    "look at the dead letters; something else than single records seems to be wrong. Raise "
                            + "'stop-above' when so many are expected");
        }
    }
}
