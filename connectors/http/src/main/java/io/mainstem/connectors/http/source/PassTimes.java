package io.mainstem.connectors.http.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which times a pass asks for: one slice after another, up to the moment at which it began. A pass that went on to the moment at which its
 * last slice ends would never end, since time goes on meanwhile. Immutable.
 */
final class PassTimes {

    private final StreamSettings settings;
    private final Instant began;

    PassTimes(StreamSettings settings, Instant began) {
        this.settings = settings;
        this.began = began;
    }

    /** Where what begins there ends: after a slice, at most when the pass began; nothing where no request says an end. */
    Optional<String> until(Optional<String> from) {
        Optional<Duration> slice = settings.find(SourceOptions.SLICE);
        if (slice.isEmpty()) {
            return settings.uses("until") ? Optional.of(began.toString()) : Optional.empty();
        }
        Instant end = from.flatMap(Moments::parse)
                .map(begin -> begin.plus(slice.get()))
                .filter(moment -> moment.isBefore(began))
                .orElse(began);
        return Optional.of(end.toString());
    }

    /** Whether there is another slice behind the one that ends there. */
    boolean hasMore(Optional<String> until) {
        return settings.find(SourceOptions.SLICE).isPresent()
                && until.flatMap(Moments::parse).filter(began::isAfter).isPresent();
    }
}
