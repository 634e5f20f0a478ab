package io.mainstem.runtime.delivery;

import io.mainstem.api.StopException;
import io.mainstem.runtime.pipeline.FailurePolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;

/** Counts the bad records of one source or sink, and ends its patience when there are too many. One thread at a time. */
public final class BadRecordBudget {

    /** The window of a share moves by such a part of it. */
    private static final int STEPS = 60;

    private final Optional<FailurePolicy.StopAbove> limit;
    private final Clock clock;
    private final ArrayDeque<Instant> recent = new ArrayDeque<>();
    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    private long records;
    private long bad;

    /** A budget as the policy says. */
    public BadRecordBudget(FailurePolicy.BadRecords policy, Clock clock) {
        this.limit =
                policy instanceof FailurePolicy.BadRecords.DeadLetters letters ? letters.stopAbove() : Optional.empty();
        this.clock = clock;
    }

    /** So many more records, good or bad. */
    public void seen(long count) {
        if (limit.isPresent() && limit.get().share().isPresent()) {
            step(limit.get().within()).records += count;
            records += count;
        }
    }

    /**
     * One of them is bad.
     *
     * @param where which record, for the message
     * @throws StopException when it is one too many
     */
    public void spend(String where, String reason) {
        if (limit.isPresent()) {
            FailurePolicy.StopAbove most = limit.get();
            most.count().ifPresent(count -> spendCount(count, most.within(), where, reason));
            most.share().ifPresent(share -> spendShare(share, most.within(), where, reason));
        }
    }

    private void spendCount(long count, Duration within, String where, String reason) {
        Instant now = clock.instant();
        recent.addLast(now);
        while (recent.getFirst().isBefore(now.minus(within))) {
            recent.removeFirst();
        }
        if (recent.size() > count) {
            throw tooMany("more than " + count + " bad records within " + within.toSeconds() + " s", where, reason);
        }
    }

    private void spendShare(FailurePolicy.Share share, Duration within, String where, String reason) {
        step(within).bad++;
        bad++;
        if (records >= share.leastRecords() && bad * 100.0 > share.percent() * records) {
            throw tooMany(
                    String.format(
                            Locale.ROOT,
                            "%d of %d records within %d s are bad, more than %s%%",
                            bad,
                            records,
                            within.toSeconds(),
                            share.percent()),
                    where,
                    reason);
        }
    }

    /** The present step of the window; forgets those that are too old. */
    private Step step(Duration within) {
        Instant now = clock.instant();
        Step last = steps.peekLast();
        if (last == null || now.isAfter(last.began.plus(within.dividedBy(STEPS)))) {
            last = new Step(now);
            steps.addLast(last);
        }
        while (steps.getFirst().began.isBefore(now.minus(within))) {
            Step old = steps.removeFirst();
            records -= old.records;
            bad -= old.bad;
        }
        return last;
    }

    private static StopException tooMany(String what, String where, String reason) {
        return new StopException(
                "bad-records.too-many",
                what + ", the last: " + where + ": " + reason,
                "look at the dead letters; something else than single records seems to be wrong. Raise "
                        + "'stop-above' when so many are expected");
    }

    /** What came in a part of the window. */
    private static final class Step {
        final Instant began;
        long records;
        long bad;

        Step(Instant began) {
            this.began = began;
        }
    }
}
