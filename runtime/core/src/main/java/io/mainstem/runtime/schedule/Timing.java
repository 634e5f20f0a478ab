package io.mainstem.runtime.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When something runs again and again. Immutable.
 *
 * @param rhythm the times
 * @param daysOff the days whose times are left out
 * @param misfire what becomes of times that were missed
 * @param jitter up to how much later than its time a run starts, so that many do not start at once; may be zero
 */
public record Timing(Rhythm rhythm, DaysOff daysOff, Misfire misfire, Duration jitter) {

    /** The time zone of a schedule that names none. */
    public static final ZoneId DEFAULT_ZONE = ZoneId.of("UTC");

    /** More days off in a row than a person would write. */
    private static final int LEFT_OUT_MAX = 10_000;

    /** At this interval, and nothing more. */
    public static Timing every(Duration interval) {
        return new Timing(
                new Rhythm.Every(interval), new DaysOff(DEFAULT_ZONE, List.of()), Misfire.RUN_ONCE, Duration.ZERO);
    }

    /**
     * The first time after a moment that is not left out, without jitter.
     *
     * @return empty when none comes any more
     */
    public Optional<Instant> after(Instant moment) {
        Optional<Instant> time = rhythm.after(moment);
        for (int i = 0; time.isPresent() && daysOff.contains(time.get()); i++) {
            if (i == LEFT_OUT_MAX) {
                return Optional.empty();
            }
            time = rhythm.from(daysOff.end(time.get()));
        }
        return time;
    }

    /** The next times after a moment, at most so many. */
    public List<Instant> next(Instant moment, int count) {
        List<Instant> times = new ArrayList<>();
        Optional<Instant> time = after(moment);
        while (time.isPresent() && times.size() < count) {
            times.add(time.get());
            time = after(time.get());
        }
        return times;
    }

    @Override
    public String toString() {
        return rhythm.toString();
    }
}
