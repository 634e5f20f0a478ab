package io.mainstem.runtime.pipeline;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What happens when a source or a sink fails; in YAML {@code on-failure}, and {@code deadlines} beside it.
 *
 * @param retry when the failure may pass
 * @param badRecords when the failure is in the records
 * @param deadlines when a call of the connector counts as hung
 */
public record FailurePolicy(Retry retry, BadRecords badRecords, Deadlines deadlines) {

    /**
     * Waits from a second to a minute between attempts, for an hour, and stops at a bad record. An hour spans the restart
     * of a database or a night's maintenance of a network, and still ends the same day in a state that a person sees.
     */
    public static final FailurePolicy DEFAULT = new FailurePolicy(Retry.DEFAULT, new BadRecords.Stop());

    /** Checks that all are there. */
    public FailurePolicy {
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(badRecords, "badRecords");
        Objects.requireNonNull(deadlines, "deadlines");
    }

    /** With the deadlines that calls have by default. */
    public FailurePolicy(Retry retry, BadRecords badRecords) {
        this(retry, badRecords, Deadlines.DEFAULT);
    }

    /** The same with other deadlines. */
    public FailurePolicy withDeadlines(Deadlines value) {
        return new FailurePolicy(retry, badRecords, value);
    }

    /**
     * How often something is tried again. The wait doubles from the first to the longest.
     *
     * @param firstWait the wait before the second attempt
     * @param maxWait the longest wait
     * @param giveUpAfter the time without any progress after which the source or sink has failed for good
     */
    public record Retry(Duration firstWait, Duration maxWait, Duration giveUpAfter) {

        /** From a second to a minute, for an hour. */
        public static final Retry DEFAULT =
                new Retry(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofHours(1));

        /** Checks that the waits are in order. */
        public Retry {
            if (firstWait.isNegative() || firstWait.isZero() || maxWait.compareTo(firstWait) < 0) {
                throw new IllegalArgumentException("waits of " + firstWait + " to " + maxWait + " are not in order");
            }
            if (giveUpAfter.isNegative()) {
                throw new IllegalArgumentException("giving up after " + giveUpAfter + " is before the first attempt");
            }
        }
    }

    /** What happens to a record that cannot be read, decoded or written. */
    public sealed interface BadRecords {

        /** The source or sink stops at it, and says which record it is. In YAML {@code to: stop}. */
        record Stop() implements BadRecords {}

        /**
         * The record goes to a dead letter topic, and the others go on.
         *
         * @param topic the topic's name
         * @param stopAbove when so many are bad that something else must be wrong; empty for never
         */
        record DeadLetters(String topic, Optional<StopAbove> stopAbove) implements BadRecords {

            /** Checks that both are there. */
            public DeadLetters {
                Objects.requireNonNull(topic, "topic");
                Objects.requireNonNull(stopAbove, "stopAbove");
            }
        }
    }

    /**
     * How many bad records stop the source or sink all the same: by their number, by their share, or whichever comes first.
     *
     * @param count more than this many
     * @param share more than this share of all
     * @param within in this time
     */
    public record StopAbove(Optional<Long> count, Optional<Share> share, Duration within) {

        /** Checks that there is a limit, and that it is not negative. */
        public StopAbove {
            if (count.isEmpty() && share.isEmpty() || count.orElse(0L) < 0 || within.isNegative() || within.isZero()) {
                throw new IllegalArgumentException(
                        "more than " + count + " or " + share + " within " + within + " means nothing");
            }
        }

        /** By their number alone. */
        public StopAbove(long count, Duration within) {
            this(Optional.of(count), Optional.empty(), within);
        }
    }

    /**
     * A share of the records.
     *
     * @param percent more than this, from 0 to 100
     * @param leastRecords of at least so many: one bad record of two says nothing
     */
    public record Share(double percent, long leastRecords) {

        /** The records of which a share is taken, when nothing else is said. */
        public static final long LEAST_RECORDS = 1_000;

        /** Checks that both are in range. */
        public Share {
            if (!(percent >= 0 && percent <= 100) || leastRecords < 1) {
                throw new IllegalArgumentException(percent + "% of at least " + leastRecords + " records mean nothing");
            }
        }
    }
}
