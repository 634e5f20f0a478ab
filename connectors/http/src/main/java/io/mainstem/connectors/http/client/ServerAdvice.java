package io.mainstem.connectors.http.client;

import java.math.BigDecimal;
import java.math.RoundingMode;
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

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,100}(\\.[0-9]{1,100})?");
    private static final Pattern STRUCTURED = Pattern.compile("\\b(r|t|remaining|reset)\\s*=\\s*([0-9]{1,100})");
    /** More than this is as good as for ever: a caller has a limit of its own. */
    static final Duration LONGEST = Duration.ofDays(366);

    private static final BigDecimal MILLIS_SINCE_1970 = BigDecimal.valueOf(100_000_000_000L);
    private static final BigDecimal A_MOMENT_SINCE_1970 = BigDecimal.valueOf(1_000_000_000L);
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
            Optional<BigDecimal> remaining = first(headers, REMAINING).flatMap(ServerAdvice::number);
            if (remaining.isEmpty() || remaining.get().signum() != 0) {
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
        Optional<Duration> reset = Optional.empty();
        Matcher matcher = STRUCTURED.matcher(value);
        while (matcher.find()) {
            BigDecimal number = new BigDecimal(matcher.group(2));
            if (matcher.group(1).equals("r") || matcher.group(1).equals("remaining")) {
                remaining = number.signum();
            } else {
                reset = Optional.of(wait(number));
            }
        }
        return remaining == 0 ? reset : Optional.empty();
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
        return number(value).map(number -> {
            if (number.compareTo(A_MOMENT_SINCE_1970) < 0) {
                return wait(number);
            }
            boolean isMillis = number.compareTo(MILLIS_SINCE_1970) >= 0;
            BigDecimal now = BigDecimal.valueOf(serverTime.toEpochMilli()).movePointLeft(3);
            return wait((isMillis ? number.movePointLeft(3) : number).subtract(now));
        });
    }

    private static Optional<Duration> seconds(String value) {
        return number(value).map(ServerAdvice::wait);
    }

    private static Optional<BigDecimal> number(String value) {
        return NUMBER.matcher(value).matches() ? Optional.of(new BigDecimal(value)) : Optional.empty();
    }

    /** So many seconds, rounded up to milliseconds; none when they are over, and at most {@link #LONGEST}. */
    private static Duration wait(BigDecimal seconds) {
        BigDecimal most = BigDecimal.valueOf(LONGEST.toSeconds());
        BigDecimal limited = seconds.max(BigDecimal.ZERO).min(most);
        return Duration.ofMillis(
                limited.movePointRight(3).setScale(0, RoundingMode.CEILING).longValueExact());
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
