package io.mainstem.runtime.schedule;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Days on which nothing starts, by the calendar of a time zone. Immutable.
 *
 * @param zone the time zone
 * @param days which days
 */
public record DaysOff(ZoneId zone, List<Day> days) {

    private static final int WEEK = 7;

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException when no day of the week is left
     */
    public DaysOff {
        days = List.copyOf(days);
        if (days.stream().filter(Weekday.class::isInstance).distinct().count() == WEEK) {
            throw new IllegalArgumentException("leaves no day of the week");
        }
    }

    /** A day, or several. */
    public sealed interface Day {

        /** Whether it is this one. */
        boolean is(LocalDate date);
    }

    /**
     * Every week.
     *
     * @param day which day of it
     */
    record Weekday(DayOfWeek day) implements Day {
        @Override
        public boolean is(LocalDate date) {
            return date.getDayOfWeek() == day;
        }
    }

    /**
     * Every year.
     *
     * @param day which day of it
     */
    record Yearly(MonthDay day) implements Day {
        @Override
        public boolean is(LocalDate date) {
            return MonthDay.from(date).equals(day);
        }
    }

    /**
     * A time of some days, or of one.
     *
     * @param first the first of them
     * @param last the last of them
     */
    record Dates(LocalDate first, LocalDate last) implements Day {
        @Override
        public boolean is(LocalDate date) {
            return !date.isBefore(first) && !date.isAfter(last);
        }
    }

    /** The words for days of the week. */
    public static Collection<String> weekdays() {
        List<String> names = new ArrayList<>();
        for (DayOfWeek day : DayOfWeek.values()) {
            names.add(day.name().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    /**
     * A day as it is written: {@code saturday}, {@code 12-25}, {@code 2026-12-25} or {@code 2026-12-24..2027-01-01}.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    public static Day parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        try {
            if (weekdays().contains(word)) {
                return new Weekday(DayOfWeek.valueOf(word.toUpperCase(Locale.ROOT)));
            }
            int dots = word.indexOf("..");
            if (dots >= 0) {
                return range(word.substring(0, dots), word.substring(dots + 2));
            }
            return word.length() == "12-25".length() ? new Yearly(MonthDay.parse("--" + word)) : range(word, word);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "must be a day of the week, a date such as 2026-12-25, a date of every year such as 12-25, or"
                            + " 2026-12-24..2027-01-01, not '" + text + "'",
                    e);
        }
    }

    private static Day range(String first, String last) {
        Dates dates = new Dates(LocalDate.parse(first.strip()), LocalDate.parse(last.strip()));
        if (dates.last().isBefore(dates.first())) {
            throw new IllegalArgumentException("ends before it begins: '" + first + ".." + last + "'");
        }
        return dates;
    }

    /** Whether a moment is on one of them. */
    boolean contains(Instant moment) {
        return isOff(LocalDate.ofInstant(moment, zone));
    }

    private boolean isOff(LocalDate date) {
        return days.stream().anyMatch(day -> day.is(date));
    }

    /** When the first day after this moment begins that is none of them. */
    Instant end(Instant moment) {
        LocalDate date = LocalDate.ofInstant(moment, zone).plusDays(1);
        while (isOff(date)) {
            date = date.plusDays(1);
        }
        return date.atStartOfDay(zone).toInstant();
    }
}
