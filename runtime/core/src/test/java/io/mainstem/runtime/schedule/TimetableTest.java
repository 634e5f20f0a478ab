package io.mainstem.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.runtime.ManualClock;
import io.mainstem.runtime.schedule.Timetable.Due;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimetableTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final ManualClock clock = new ManualClock("2026-06-01T12:00:00Z");

    private static Timing nightly(Misfire misfire, String... daysOff) {
        return new Timing(
                new Rhythm.Cron(CronTimes.of("0 0 2 * * ?", BERLIN)),
                new DaysOff(BERLIN, Arrays.stream(daysOff).map(DaysOff::parse).toList()),
                misfire,
                Duration.ZERO);
    }

    private static Timing every(Duration interval, Misfire misfire) {
        return new Timing(new Rhythm.Every(interval), new DaysOff(ZoneOffset.UTC, List.of()), misfire, Duration.ZERO);
    }

    private Timetable unused(Timing timing) {
        return Timetable.unused(timing, new Random(1), clock.instant());
    }

    private Timetable after(Timing timing, String last, boolean complete) {
        return Timetable.after(timing, new Random(1), Instant.parse(last), complete, clock.instant());
    }

    private String next(Timetable table) {
        return table.next(clock.instant()).orElseThrow().toString();
    }

    @Test
    void aCronExpressionWaitsForItsFirstTimeAndAnIntervalBeginsAtOnce() {
        Timetable cron = unused(nightly(Misfire.RUN_ONCE));
        assertThat(cron.due(clock.instant())).isEmpty();
        assertThat(next(cron)).isEqualTo("2026-06-02T00:00:00Z");
        assertThat(unused(every(Duration.ofHours(1), Misfire.SKIP)).due(clock.instant()))
                .contains(Due.ON_TIME);
    }

    @Test
    void aRunOnTimeIsFollowedByTheNextTime() {
        Timetable table = unused(nightly(Misfire.RUN_ONCE));
        clock.set("2026-06-02T00:00:00.003Z");
        assertThat(table.due(clock.instant())).contains(Due.ON_TIME);
        table.started(clock.instant(), true);
        clock.pass(Duration.ofMinutes(5));
        table.ended(clock.instant());
        assertThat(table.due(clock.instant())).isEmpty();
        assertThat(next(table)).isEqualTo("2026-06-03T00:00:00Z");
    }

    @Test
    void timesThatPassedWhileItWasDownAreOneRunOrNone() {
        Timetable once = after(nightly(Misfire.RUN_ONCE), "2026-05-28T00:00:00Z", true);
        assertThat(once.due(clock.instant())).contains(Due.MISSED);
        once.started(clock.instant(), false);
        once.ended(clock.instant());
        assertThat(next(once)).isEqualTo("2026-06-02T00:00:00Z");

        Timetable none = after(nightly(Misfire.SKIP), "2026-05-28T00:00:00Z", true);
        assertThat(none.due(clock.instant())).isEmpty();
        assertThat(next(none)).isEqualTo("2026-06-02T00:00:00Z");
    }

    @Test
    void nothingIsMissedWhenNoTimePassed() {
        assertThat(after(nightly(Misfire.RUN_ONCE), "2026-06-01T00:00:00Z", true)
                        .due(clock.instant()))
                .isEmpty();
        Timetable hourly = after(every(Duration.ofHours(1), Misfire.RUN_ONCE), "2026-06-01T11:30:00Z", true);
        assertThat(hourly.due(clock.instant())).isEmpty();
        assertThat(next(hourly)).isEqualTo("2026-06-01T12:30:00Z");
    }

    @Test
    void aRunThatWasInterruptedIsDoneAgainUnlessMissedTimesArePassedOver() {
        assertThat(after(nightly(Misfire.RUN_ONCE), "2026-06-01T00:00:00Z", false)
                        .due(clock.instant()))
                .contains(Due.MISSED);
        assertThat(after(nightly(Misfire.SKIP), "2026-06-01T00:00:00Z", false).due(clock.instant()))
                .isEmpty();
    }

    @Test
    void aRunThatTakesLongerThanItsIntervalIsFollowedAtOnceOrAtTheNextTime() {
        Timetable once = unused(every(Duration.ofSeconds(10), Misfire.RUN_ONCE));
        once.started(clock.instant(), true);
        clock.pass(Duration.ofSeconds(35));
        once.ended(clock.instant());
        assertThat(once.due(clock.instant())).contains(Due.MISSED);
        once.started(clock.instant(), false);
        once.ended(clock.instant());
        assertThat(once.due(clock.instant())).isEmpty();

        clock.set("2026-06-01T12:00:00Z");
        Timetable skip = unused(every(Duration.ofSeconds(10), Misfire.SKIP));
        skip.started(clock.instant(), true);
        clock.pass(Duration.ofSeconds(35));
        skip.ended(clock.instant());
        assertThat(skip.due(clock.instant())).isEmpty();
        assertThat(next(skip)).isEqualTo("2026-06-01T12:00:40Z");
    }

    @Test
    void aTimeThatIsALittleLateIsOnTimeAndOneThatIsVeryLateWasMissed() {
        Timetable once = unused(nightly(Misfire.RUN_ONCE));
        Timetable skip = unused(nightly(Misfire.SKIP));
        clock.set("2026-06-02T00:01:00Z");
        assertThat(once.due(clock.instant())).contains(Due.ON_TIME);
        clock.set("2026-06-02T00:01:01Z");
        assertThat(once.due(clock.instant())).contains(Due.MISSED);
        assertThat(skip.due(clock.instant())).isEmpty();
        assertThat(next(skip)).isEqualTo("2026-06-03T00:00:00Z");
    }

    @Test
    void aClockThatIsCorrectedBackRepeatsNoTime() {
        Timetable table = unused(nightly(Misfire.RUN_ONCE));
        clock.set("2026-06-02T00:00:00Z");
        table.started(clock.instant(), true);
        table.ended(clock.instant());
        clock.set("2026-06-01T21:30:00Z");
        assertThat(next(table)).isEqualTo("2026-06-03T00:00:00Z");
        assertThat(table.due(clock.instant())).isEmpty();
    }

    @Test
    void aClockThatWasFarAheadHoldsNothingUp() {
        Timetable table = unused(nightly(Misfire.RUN_ONCE));
        clock.set("2031-06-02T00:00:00Z");
        table.started(clock.instant(), true);
        table.ended(clock.instant());
        clock.set("2026-06-01T12:00:00Z");
        assertThat(next(table)).isEqualTo("2026-06-02T00:00:00Z");
        clock.set("2026-06-02T00:00:00Z");
        assertThat(table.due(clock.instant())).contains(Due.ON_TIME);
    }

    @Test
    void anIntervalIsNeverLongerThanItSaysWhateverTheClockDoes() {
        Timetable table = unused(every(Duration.ofSeconds(10), Misfire.RUN_ONCE));
        table.started(clock.instant(), true);
        table.ended(clock.instant());
        clock.set("2026-06-01T11:00:00Z");
        assertThat(next(table)).isEqualTo("2026-06-01T11:00:10Z");
        clock.pass(Duration.ofSeconds(10));
        assertThat(table.due(clock.instant())).contains(Due.ON_TIME);
    }

    @Test
    void daysOffHaveNoTimes() {
        Timing timing = nightly(Misfire.RUN_ONCE, "saturday", "sunday", "12-25", "2026-12-28..2027-01-03");
        List<Instant> times = timing.next(Instant.parse("2026-12-23T12:00:00Z"), 3);
        assertThat(times)
                .extracting(Instant::toString)
                .containsExactly("2026-12-24T01:00:00Z", "2027-01-04T01:00:00Z", "2027-01-05T01:00:00Z");
        Timing interval = new Timing(
                new Rhythm.Every(Duration.ofHours(9)),
                new DaysOff(BERLIN, List.of(DaysOff.parse("2026-12-25"))),
                Misfire.RUN_ONCE,
                Duration.ZERO);
        assertThat(interval.next(Instant.parse("2026-12-24T10:00:00Z"), 2))
                .extracting(Instant::toString)
                .containsExactly("2026-12-24T19:00:00Z", "2026-12-25T23:00:00Z");
    }

    @Test
    void missedTimesOfDaysOffAreNotMissed() {
        clock.set("2026-06-07T12:00:00Z");
        assertThat(after(nightly(Misfire.RUN_ONCE, "saturday", "sunday"), "2026-06-05T00:00:00Z", true)
                        .due(clock.instant()))
                .isEmpty();
    }

    @Test
    void jitterDelaysEachTimeAndDoesNotAddUp() {
        Timing timing = new Timing(
                new Rhythm.Every(Duration.ofMinutes(10)),
                new DaysOff(ZoneOffset.UTC, List.of()),
                Misfire.RUN_ONCE,
                Duration.ofMinutes(2));
        Timetable table = unused(timing);
        Instant start = clock.instant();
        for (int i = 0; i < 50; i++) {
            Instant time = table.next(clock.instant()).orElseThrow();
            Duration late = Duration.between(start.plus(Duration.ofMinutes(10L * i)), time);
            assertThat(late).isBetween(Duration.ZERO, Duration.ofMinutes(2));
            clock.set(time.toString());
            assertThat(table.due(time)).contains(Due.ON_TIME);
            table.started(time, true);
            table.ended(time);
        }
    }
}
