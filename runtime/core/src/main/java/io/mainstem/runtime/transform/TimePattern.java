package io.mainstem.runtime.transform;

import io.mainstem.api.Type;
import io.mainstem.runtime.codec.ScalarText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a date or time of text. Thread-safe. */
final class TimePattern {

    private static final String SECONDS = "epoch-seconds";
    private static final String MILLIS = "epoch-millis";

    private final String pattern;
    private final @Nullable DateTimeFormatter formatter;
    private final ZoneId zone;

    private TimePattern(String pattern, @Nullable DateTimeFormatter formatter, ZoneId zone) {
        this.pattern = pattern;
        this.formatter = formatter;
        this.zone = zone;
    }

    static TimePattern of(Optional<String> pattern, ZoneId zone) {
        boolean plain = pattern.isEmpty()
                || pattern.get().equals(SECONDS)
                || pattern.get().equals(MILLIS);
        return new TimePattern(pattern.orElse("ISO-8601"), plain ? null : formatter(pattern.get()), zone);
    }

    /** The pattern, if it is one. */
    static String checked(String pattern) {
        if (!pattern.equals(SECONDS) && !pattern.equals(MILLIS)) {
            try {
                formatter(pattern);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "must be a pattern such as dd.MM.yyyy HH:mm, or " + SECONDS + " or " + MILLIS + ", and '"
                                + pattern + "' is none: " + e.getMessage(),
                        e);
            }
        }
        return pattern;
    }

    /** A year is a year, not one of an era; 30 February is none. */
    private static DateTimeFormatter formatter(String pattern) {
        return new DateTimeFormatterBuilder()
                .appendPattern(pattern.replace("yyyy", "uuuu"))
                .toFormatter(Locale.ROOT)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    Object parse(String field, String text, Type type) {
        try {
            return switch (pattern) {
                case SECONDS -> of(type, Instant.ofEpochSecond(Long.parseLong(text.strip())));
                case MILLIS -> of(type, Instant.ofEpochMilli(Long.parseLong(text.strip())));
                default -> formatter == null ? iso(type, text.strip()) : of(type, formatter.parse(text.strip()));
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new RecordProblem("field '" + field + "': " + Conversion.shown(text) + " is no " + type + " as '"
                    + pattern + "' has it");
        }
    }

    private Object iso(Type type, String text) {
        boolean hasNoZone = type.kind() == Type.Kind.TIMESTAMPTZ && !text.endsWith("Z");
        return hasNoZone ? of(type, DateTimeFormatter.ISO_DATE_TIME.parse(text)) : ScalarText.parse(type, text);
    }

    private Object of(Type type, Instant instant) {
        return switch (type.kind()) {
            case TIMESTAMPTZ -> instant;
            case DATE -> LocalDate.ofInstant(instant, zone);
            case TIME -> LocalTime.ofInstant(instant, zone);
            default -> LocalDateTime.ofInstant(instant, zone);
        };
    }

    private Object of(Type type, TemporalAccessor parsed) {
        return switch (type.kind()) {
            case DATE -> LocalDate.from(parsed);
            case TIME -> LocalTime.from(parsed);
            case TIMESTAMP -> local(parsed);
            default -> instant(parsed);
        };
    }

    private static LocalDateTime local(TemporalAccessor parsed) {
        LocalTime time = parsed.query(TemporalQueries.localTime());
        return LocalDate.from(parsed).atTime(time == null ? LocalTime.MIDNIGHT : time);
    }

    private Instant instant(TemporalAccessor parsed) {
        if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
            return Instant.from(parsed);
        }
        ZoneId own = parsed.query(TemporalQueries.zone());
        ZoneOffset offset = parsed.query(TemporalQueries.offset());
        return local(parsed)
                .atZone(own != null ? own : offset != null ? offset : zone)
                .toInstant();
    }
}
