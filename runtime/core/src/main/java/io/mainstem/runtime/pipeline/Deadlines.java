package io.mainstem.runtime.pipeline;

import java.time.Duration;
import java.util.List;

/**
 * How long the calls of a connector may take; in YAML {@code deadlines}. A call that takes longer counts as hung.
 *
 * <p>They are long on purpose: a connector's own time limits know more of what is waited for, and their messages say it.
 *
 * @param connect to make a source or a sink, to open a split, to take partitions over
 * @param discover to find out what there is to read
 * @param poll to read something, without the time in which the log makes it wait
 * @param write to take one batch
 * @param flush to make what was written durable in the target
 * @param finish to do what a split wants at its end, such as to archive a file
 * @param close to let go of things
 */
public record Deadlines(
        Duration connect,
        Duration discover,
        Duration poll,
        Duration write,
        Duration flush,
        Duration finish,
        Duration close) {

    /** Two minutes to connect, half a minute to close, five minutes for all else. */
    public static final Deadlines DEFAULT = new Deadlines(
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    /** Checks that each is a time. */
    public Deadlines {
        for (Duration one : List.of(connect, discover, poll, write, flush, finish, close)) {
            if (one.isNegative() || one.isZero()) {
                throw new IllegalArgumentException("a deadline of " + one + " is over before it begins");
            }
        }
    }
}
