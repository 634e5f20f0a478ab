package io.mainstem.connectors.http.client;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** What the headers of an answer say about when to come again. */
final class ServerAdvice {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,9})?");
    private static final Pattern STRUCTURED = Pattern.compile("\\b(r|t|remaining|reset)\\s*=\\s*([0-9]{1,12})");
    private static final long A_MOMENT_SINCE_1970 = 1_000_000_000;
    private static final String[] REMAINING = {"RateLimit-Remaining", "X-RateLimit-Remaining", "X-Rate-Limit-Remaining"
    };
    private static final String[] RESET = {"RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset"};

    private ServerAdvice() {}

    /**
     * The wait that {@code Retry-After} asks for, in either form.
     *
     * @param now the time here, used when the server does not tell its own
     */
    static Optional<Duration> retryAfter(Headers headers, Instant now) {
        @Nullable String value = headers.get("Retry-After");
        if (value == null) {
            return Optional.empty();
        }
        return seconds(value.strip())
                .or(() -> date(value.strip())
                        .map(moment -> positive(Duration.between(serverTime(headers, now), moment))));
    }

    /** How long the server's own limit is used up, when it says that nothing remains. */
    static Optional<Duration> exhausted(Headers headers, Instant now) {
        return structured(headers).or(() -> {
            Optional<Duration> remaining = first(headers, REMAINING).flatMap(ServerAdvice::seconds);
            if (remaining.isEmpty() || !remaining.get().isZero()) {
                return Optional.empty();
            }
            return first(headers, RESET).flatMap(value -> reset(value, serverTime(headers, now)));
        });
    }

    /** {@code RateLimit: "default";r=0;t=30}, or the older {@code limit=10, remaining=0, reset=30}. */
    private static Optional<Duration> structured(Headers headers) {
        @Nullable String value = headers.get("RateLimit");
        if (value == null) {
            return Optional.empty();
        }
        long remaining = -1;
        long reset = -1;
        Matcher matcher = STRUCTURED.matcher(value);
        while (matcher.find()) {
            long number = Long.parseLong(matcher.group(2));
            if (matcher.group(1).equals("r") || matcher.group(1).equals("remaining")) {
                remaining = number;
            } else {
                reset = number;
            }
        }
        return remaining == 0 && reset >= 0 ? Optional.of(Duration.ofSeconds(reset)) : Optional.empty();
    }

    private static Optional<String> first(Headers headers, String[] names) {
        for (String name : names) {
            @Nullable String value = headers.get(name);
            if (value != null) {
                return Optional.of(value.strip());
            }
        }
        return Optional.empty();
    }

    /** Some servers name a time to wait, others the second since 1970 at which to come again. */
    private static Optional<Duration> reset(String value, Instant serverTime) {
        return seconds(value)
                .map(time -> time.toSeconds() < A_MOMENT_SINCE_1970
                        ? time
                        : positive(Duration.between(serverTime, Instant.ofEpochSecond(time.toSeconds()))));
    }

    private static Optional<Duration> seconds(String value) {
        if (!NUMBER.matcher(value).matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) Math.ceil(Double.parseDouble(value) * 1000)));
    }

    private static Instant serverTime(Headers headers, Instant now) {
        @Nullable String date = headers.get("Date");
        return date == null ? now : date(date).orElse(now);
    }

    private static Optional<Instant> date(String value) {
        try {
            return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Duration positive(Duration time) {
        return time.isNegative() ? Duration.ZERO : time;
    }
}
