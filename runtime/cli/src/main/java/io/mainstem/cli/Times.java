package io.mainstem.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Times as they are typed: {@code 2026-01-31T00:00:00Z}, or how long ago, such as {@code 24h}. */
final class Times {

    private static final io.mainstem.api.Option<Duration> AGO =
            io.mainstem.api.Option.duration("ago", Duration.ZERO, Duration.ofDays(36_500));

    private Times() {}

    static Instant parse(String flag, String text, Clock clock) {
        try {
            return text.contains("T") ? Instant.parse(text) : clock.instant().minus(AGO.parse(text));
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            throw CommandException.usage(flag + " is '" + text
                    + "'; it must be a time such as 2026-01-31T00:00:00Z, or how long ago, such as 24h");
        }
    }
}
