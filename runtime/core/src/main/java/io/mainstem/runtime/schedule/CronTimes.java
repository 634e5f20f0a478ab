package io.mainstem.runtime.schedule;

import java.text.ParseException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * The times of a cron expression on the clocks of a time zone. Immutable.
 *
 * <p>Quartz finds the readings of a clock that fit the expression; which moments these are is decided here, since Quartz leaves
 * out the second of two equal hours in autumn:
 *
 * <ul>
 *   <li>a reading that does not exist, because clocks are set forward over it, counts at the moment when they are;
 *   <li>a reading that is there twice, because clocks are set back, counts the first time alone, unless the expression has
 *       {@code *} for its hours: then both.
 * </ul>
 */
public final class CronTimes {

    /** Two for each year that Quartz looks ahead, and some. */
    private static final int TRANSITIONS_MAX = 400;

    private static final int HOURS = 2;

    private final String expression;
    private final ZoneId zone;
    private final CronExpression readings;
    private final boolean everyHour;

    private CronTimes(String expression, ZoneId zone, CronExpression readings) {
        this.expression = expression;
        this.zone = zone;
        this.readings = readings;
        this.everyHour = expression.split(" ")[HOURS].startsWith("*");
    }

    /**
     * The times of an expression with six fields, or seven with the year: second, minute, hour, day of the month, month, day of
     * the week.
     *
     * @throws IllegalArgumentException when it is none, or no time ever fits it; the message begins with "is"
     */
    public static CronTimes of(String expression, ZoneId zone) {
        String text = expression.strip().replaceAll("\\s+", " ");
        int fields = text.split(" ").length;
        if (fields == 5) {
            throw new IllegalArgumentException(
                    "is a cron expression of 5 fields, and there must be 6 (second, minute, hour, day of month, month,"
                            + " day of week)" + meant(text));
        }
        if (fields < 5 || fields > 7) {
            throw new IllegalArgumentException(
                    "is no cron expression: it must have 6 fields (second, minute, hour, day of"
                            + " month, month, day of week) and may have a year, not '" + text + "'");
        }
        CronTimes times = new CronTimes(text, zone, parse(text));
        if (times.readingAfter(LocalDateTime.of(1999, 12, 31, 23, 59, 59)) == null) {
            throw new IllegalArgumentException("is a cron expression that no time fits: '" + text + "'");
        }
        return times;
    }

    /** The five fields of Unix lack the seconds; if they are none, those of Quartz lack the day of the week. */
    private static String meant(String text) {
        return Stream.of(withSeconds(text), text + " ?")
                .filter(CronTimes::isRight)
                .findFirst()
                .map(right -> ": for '" + text + "' write '" + right + "'")
                .orElse(", not '" + text + "'");
    }

    private static boolean isRight(String text) {
        try {
            of(text, ZoneOffset.UTC);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Quartz wants a question mark where a day is left open. */
    private static String withSeconds(String text) {
        String[] fields = text.split(" ");
        int open = fields[4].equals("*") ? 4 : 2;
        if (fields[open].equals("*")) {
            fields[open] = "?";
        }
        return "0 " + String.join(" ", fields);
    }

    private static CronExpression parse(String text) {
        try {
            CronExpression parsed = new CronExpression(text);
            parsed.setTimeZone(TimeZone.getTimeZone(ZoneOffset.UTC));
            return parsed;
        } catch (ParseException | RuntimeException e) {
            String[] fields = text.split(" ");
            boolean bothDays = !fields[3].equals("?") && !fields[5].equals("?");
            String reason =
                    bothDays ? "one of day of month and day of week must be '?'" : String.valueOf(e.getMessage());
            throw new IllegalArgumentException("is no cron expression: '" + text + "': " + reason, e);
        }
    }

    /** The next reading of a clock that is never set. */
    private @Nullable LocalDateTime readingAfter(LocalDateTime reading) {
        Date next = readings.getTimeAfter(Date.from(reading.toInstant(ZoneOffset.UTC)));
        return next == null ? null : LocalDateTime.ofInstant(next.toInstant(), ZoneOffset.UTC);
    }

    /** The first moment after this one. */
    Optional<Instant> after(Instant moment) {
        ZoneRules rules = zone.getRules();
        ZoneOffset offset = rules.getOffset(moment);
        LocalDateTime reading = start(rules, LocalDateTime.ofInstant(moment, offset), offset);
        Instant from = moment;
        for (int i = 0; i < TRANSITIONS_MAX; i++) {
            ZoneOffsetTransition transition = rules.nextTransition(from);
            LocalDateTime next = readingAfter(reading);
            if (next == null) {
                return Optional.empty();
            }
            if (transition == null || next.isBefore(transition.getDateTimeBefore())) {
                return Optional.of(next.toInstant(offset));
            }
            if (transition.isGap() && next.isBefore(transition.getDateTimeAfter())) {
                return Optional.of(transition.getInstant());
            }
            from = transition.getInstant();
            offset = transition.getOffsetAfter();
            reading = behind(transition);
        }
        return Optional.empty();
    }

    /** Behind what counted already when clocks read this a second time. */
    private LocalDateTime start(ZoneRules rules, LocalDateTime reading, ZoneOffset offset) {
        ZoneOffsetTransition transition = rules.getTransition(reading);
        boolean isSecondTime =
                transition != null && transition.isOverlap() && offset.equals(transition.getOffsetAfter());
        return isSecondTime && !everyHour ? behind(transition) : reading;
    }

    /** Right before the first reading that counts behind a transition. */
    private LocalDateTime behind(ZoneOffsetTransition transition) {
        LocalDateTime first =
                transition.isGap() || everyHour ? transition.getDateTimeAfter() : transition.getDateTimeBefore();
        return first.minusSeconds(1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CronTimes times && times.expression.equals(expression) && times.zone.equals(zone);
    }

    @Override
    public int hashCode() {
        return 31 * expression.hashCode() + zone.hashCode();
    }

    /** As it is written in a pipeline. */
    @Override
    public String toString() {
        return "cron \"" + expression + "\" zone " + zone;
    }
}
