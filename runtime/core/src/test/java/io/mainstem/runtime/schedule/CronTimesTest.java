package io.mainstem.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CronTimesTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static List<String> times(String expression, ZoneId zone, String from, int count) {
        CronTimes times = CronTimes.of(expression, zone);
        List<String> found = new ArrayList<>();
        Instant moment = Instant.parse(from);
        for (int i = 0; i < count; i++) {
            moment = times.after(moment).orElseThrow();
            found.add(moment.atZone(zone).toOffsetDateTime().toString());
        }
        return found;
    }

    @Test
    void timesAreThoseOfTheClocksOfTheZone() {
        assertThat(times("0 0 2 * * ?", BERLIN, "2026-01-31T12:00:00Z", 2))
                .containsExactly("2026-02-01T02:00+01:00", "2026-02-02T02:00+01:00");
        assertThat(times("0 30 9 ? * MON-FRI", ZoneId.of("America/New_York"), "2026-07-03T14:00:00Z", 2))
                .containsExactly("2026-07-06T09:30-04:00", "2026-07-07T09:30-04:00");
        assertThat(times("0 0 0 29 2 ?", ZoneOffset.UTC, "2096-03-01T00:00:00Z", 1))
                .containsExactly("2104-02-29T00:00Z");
    }

    @Test
    void aTimeIsAfterAMomentAndNotAtIt() {
        assertThat(times("0 0 2 * * ?", ZoneOffset.UTC, "2026-01-31T02:00:00Z", 1))
                .containsExactly("2026-02-01T02:00Z");
        assertThat(times("0 0 2 * * ?", ZoneOffset.UTC, "2026-01-31T01:59:59.999999999Z", 1))
                .containsExactly("2026-01-31T02:00Z");
    }

    /** On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00. */
    @Test
    void aReadingThatDoesNotExistCountsWhenClocksAreSetForward() {
        assertThat(times("0 30 2 * * ?", BERLIN, "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00");
        assertThat(times("0 0 2,3 * * ?", BERLIN, "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00");
        assertThat(times("0 0/20 * * * ?", BERLIN, "2026-03-29T00:40:00Z", 3))
                .containsExactly("2026-03-29T03:00+02:00", "2026-03-29T03:20+02:00", "2026-03-29T03:40+02:00");
    }

    /** On 2026-10-25 the clocks of Berlin go from 03:00 to 02:00. */
    @Test
    void aReadingThatIsThereTwiceCountsOnceUnlessItIsOfEveryHour() {
        assertThat(times("0 30 2 * * ?", BERLIN, "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
        assertThat(times("0 30 2,3 * * ?", BERLIN, "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-25T03:30+01:00");
        assertThat(times("0 0/30 * * * ?", BERLIN, "2026-10-24T23:30:00Z", 5))
                .containsExactly(
                        "2026-10-25T02:00+02:00",
                        "2026-10-25T02:30+02:00",
                        "2026-10-25T02:00+01:00",
                        "2026-10-25T02:30+01:00",
                        "2026-10-25T03:00+01:00");
    }

    @Test
    void askedInTheSecondOfTwoEqualHoursItGoesOnBehindThem() {
        assertThat(times("0 30 2 * * ?", BERLIN, "2026-10-25T01:10:00Z", 1)).containsExactly("2026-10-26T02:30+01:00");
    }

    /** Clocks of Lord Howe are set by half an hour, those of Apia left out a whole day. */
    @Test
    void zonesWithOtherHabitsAreRightToo() {
        assertThat(times("0 15 2 * * ?", ZoneId.of("Australia/Lord_Howe"), "2026-10-03T00:00:00Z", 1))
                .containsExactly("2026-10-04T02:30+11:00");
        assertThat(times("0 0 12 30 12 ?", ZoneId.of("Pacific/Apia"), "2011-12-29T00:00:00Z", 1))
                .containsExactly("2011-12-31T00:00+14:00");
    }

    @Test
    void everyTimeFitsTheExpressionAndTheyOnlyGoForward() {
        long seed = Long.getLong("seed", new Random().nextLong());
        Random random = new Random(seed);
        List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        for (int round = 0; round < 300; round++) {
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            int minute = random.nextInt(60);
            int hour = random.nextInt(24);
            CronTimes times = CronTimes.of("0 " + minute + " " + hour + " * * ?", zone);
            Instant moment = Instant.ofEpochSecond(random.nextLong(0, 4_000_000_000L));
            for (int i = 0; i < 20; i++) {
                Instant next = times.after(moment).orElseThrow();
                assertThat(next).as("seed %s, %s after %s", seed, times, moment).isAfter(moment);
                assertThat(Duration.between(moment, next))
                        .as("seed %s, %s after %s", seed, times, moment)
                        .isLessThanOrEqualTo(Duration.ofHours(51));
                boolean fits = next.atZone(zone).getMinute() == minute
                        && next.atZone(zone).getHour() == hour;
                boolean isSet =
                        !zone.getRules().getOffset(next).equals(zone.getRules().getOffset(next.minusSeconds(1)));
                assertThat(fits || isSet)
                        .as("seed %s, %s after %s is %s", seed, times, moment, next)
                        .isTrue();
                moment = next;
            }
        }
    }

    @Test
    void timesMayComeToAnEnd() {
        CronTimes times = CronTimes.of("0 0 0 1 1 ? 2027", ZoneOffset.UTC);
        assertThat(times.after(Instant.parse("2026-06-01T00:00:00Z"))).contains(Instant.parse("2027-01-01T00:00:00Z"));
        assertThat(times.after(Instant.parse("2027-01-01T00:00:00Z"))).isEqualTo(Optional.empty());
    }

    @Test
    void whatIsNoExpressionIsSaid() {
        assertThatThrownBy(() -> CronTimes.of("0 2 * * *", BERLIN)).hasMessageContaining("write '0 0 2 * * ?'");
        assertThatThrownBy(() -> CronTimes.of("0 2 * * 1", BERLIN)).hasMessageContaining("write '0 0 2 ? * 1'");
        assertThatThrownBy(() -> CronTimes.of("0 0 2 * *", BERLIN)).hasMessageContaining("5 fields");
        assertThatThrownBy(() -> CronTimes.of("0 30 2 * *", BERLIN)).hasMessageContaining("write '0 30 2 * * ?'");
        assertThatThrownBy(() -> CronTimes.of("61 62 63 * *", BERLIN))
                .hasMessageContaining("5 fields")
                .hasMessageEndingWith("not '61 62 63 * *'");
        assertThatThrownBy(() -> CronTimes.of("nightly", BERLIN)).hasMessageContaining("must have 6 fields");
        assertThatThrownBy(() -> CronTimes.of("0 0 2 * * *", BERLIN)).hasMessageContaining("must be '?'");
        assertThatThrownBy(() -> CronTimes.of("0 0 25 * * ?", BERLIN)).hasMessageContaining("is no cron expression");
        assertThatThrownBy(() -> CronTimes.of("0 0 0 30 2 ?", BERLIN)).hasMessageContaining("no time fits");
    }
}
