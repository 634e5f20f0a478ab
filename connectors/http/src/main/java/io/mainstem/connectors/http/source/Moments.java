package io.mainstem.connectors.http.source;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** Moments and numbers as servers write them. */
final class Moments {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,30})?");
    private static final Pattern DATE_FIRST = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}.*");
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final BigDecimal MILLIS_FROM = BigDecimal.valueOf(100_000_000_000L);
    private static final BigDecimal MICROS_FROM = BigDecimal.valueOf(100_000_000_000_000L);

    private Moments() {}

    /** A moment; one without a zone is in UTC. */
    static Optional<Instant> parse(String text) {
        try {
            if (DATE_FIRST.matcher(text).matches()) {
                return Optional.of(iso(text.replace(' ', 'T')));
            }
            return text.endsWith("GMT")
                    ? Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Instant iso(String text) {
        if (text.length() == 10) {
            return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        boolean zoned = text.endsWith("Z") || text.indexOf('+', 11) > 0 || text.indexOf('-', 11) > 0;
        if (!zoned) {
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        }
        // +0000, as some write it, is +00:00
        return OffsetDateTime.parse(text.replaceFirst("([+-][0-9]{2})([0-9]{2})$", "$1:$2"))
                .toInstant();
    }

    /** Seconds since 1970, or smaller units when there are too many of them. */
    static Instant ofEpoch(BigDecimal number) {
        BigDecimal size = number.abs();
        if (size.compareTo(MICROS_FROM) >= 0) {
            return nanos(number.movePointRight(3));
        }
        return nanos(number.movePointRight(size.compareTo(MILLIS_FROM) >= 0 ? 6 : 9));
    }

    private static Instant nanos(BigDecimal nanos) {
        BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000L));
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValue());
    }

    /** Compares two values of a cursor field: as numbers, as moments, else as text. */
    static int compare(String a, String b) {
        if (isNumber(a) && isNumber(b)) {
            return new BigDecimal(a).compareTo(new BigDecimal(b));
        }
        Optional<Instant> first = parse(a);
        Optional<Instant> second = parse(b);
        return first.isPresent() && second.isPresent() ? first.get().compareTo(second.get()) : a.compareTo(b);
    }

    /** Whether a value lies before another of its kind; a day is not over before the next one begins. */
    static boolean isBefore(String value, String other) {
        return isNumber(value) == isNumber(other) && compare(value, other) < 0 && !isDayOf(value, other);
    }

    /** Whether a value is a day without a time, and a moment lies in that day, in UTC. */
    static boolean isDayOf(String day, String moment) {
        return DAY.matcher(day).matches()
                && parse(moment)
                        .map(time -> format(time, SourceOptions.TimeFormat.DATE))
                        .filter(day::equals)
                        .isPresent();
    }

    /** A value of a cursor field so much earlier: a moment, or a number that counts seconds or milliseconds. */
    static String minus(String value, Duration time, SourceOptions.TimeFormat format) {
        if (time.isZero()) {
            return value;
        }
        if (isNumber(value)) {
            return switch (format) {
                case EPOCH_SECONDS ->
                    new BigDecimal(value)
                            .subtract(BigDecimal.valueOf(time.toSeconds()))
                            .toPlainString();
                case EPOCH_MILLIS ->
                    new BigDecimal(value)
                            .subtract(BigDecimal.valueOf(time.toMillis()))
                            .toPlainString();
                case ISO, DATE -> value;
            };
        }
        return parse(value).map(moment -> moment.minus(time).toString()).orElse(value);
    }

    static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    static String format(Instant moment, SourceOptions.TimeFormat format) {
        return switch (format) {
            case ISO -> moment.toString();
            case DATE -> moment.atOffset(ZoneOffset.UTC).toLocalDate().toString();
            case EPOCH_SECONDS -> Long.toString(moment.getEpochSecond());
            case EPOCH_MILLIS -> Long.toString(moment.toEpochMilli());
        };
    }
}
