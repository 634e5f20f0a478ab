package io.mainstem.runtime.compare;

import io.mainstem.runtime.pipeline.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How to compare.
 *
 * @param topics the topics to compare, and what is in front of and behind them; empty for all
 * @param limit how many differences are listed of each pair of sides
 * @param pause how long rows that differ are left alone before they are looked at again
 * @param clock for connectors
 * @param secrets what connectors must not be quoted with
 * @param progress is told every few seconds how far it is
 */
public record CompareOptions(
        Set<String> topics, int limit, Duration pause, Clock clock, Secrets secrets, Consumer<String> progress) {

    /** How many differences are listed when nobody says. */
    public static final int LIMIT = 20;

    /** How many can be listed at most. */
    public static final int LIMIT_MAX = 10_000;

    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** Checks that all is there. */
    public CompareOptions {
        topics = Set.copyOf(topics);
        Objects.requireNonNull(pause, "pause");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(secrets, "secrets");
        Objects.requireNonNull(progress, "progress");
    }

    /** All topics, and the usual limits. */
    public static CompareOptions of(Clock clock, Secrets secrets) {
        return new CompareOptions(Set.of(), LIMIT, PAUSE, clock, secrets, line -> {});
    }

    /** The same for these topics. */
    public CompareOptions withTopics(Set<String> newTopics) {
        return new CompareOptions(newTopics, limit, pause, clock, secrets, progress);
    }

    /** The same with another number of differences. */
    public CompareOptions withLimit(int newLimit) {
        return new CompareOptions(topics, newLimit, pause, clock, secrets, progress);
    }

    /** The same with another pause. */
    public CompareOptions withPause(Duration newPause) {
        return new CompareOptions(topics, limit, newPause, clock, secrets, progress);
    }

    /** The same with somebody who is told how far it is. */
    public CompareOptions withProgress(Consumer<String> newProgress) {
        return new CompareOptions(topics, limit, pause, clock, secrets, newProgress);
    }

    boolean wants(String topic) {
        return topics.isEmpty() || topics.contains(topic);
    }
}
