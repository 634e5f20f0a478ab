package io.mainstem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of the time that a sink will still take. */
class TimeLeftTest {

    private final TimeLeft left = new TimeLeft();

    private Optional<Duration> look(long second, long records, long lag) {
        return left.look(records, lag, Duration.ofSeconds(second).toNanos());
    }

    @Test
    void itIsTheRateSinceTheSinkIsWatched() {
        assertThat(look(100, 5_000, 100_000)).isEmpty();
        assertThat(look(105, 10_000, 95_000)).contains(Duration.ofSeconds(95));
        assertThat(look(110, 10_000, 95_000)).contains(Duration.ofSeconds(190));
        assertThat(look(115, 20_000, 85_000)).contains(Duration.ofSeconds(85));
    }

    @Test
    void aFewRecordsWithManyBehindThemSayNothing() {
        look(0, 1_000, 30_000);
        assertThat(look(5, 1_005, 29_995)).isEmpty();
        assertThat(look(10, 1_010, 29_990)).isEmpty();
        for (int second = 15; second < 300; second += 5) {
            assertThat(look(second, 1_000 + second, 30_000 - second)).isEmpty();
        }
        assertThat(look(300, 1_300, 29_700)).as("slow, but known").contains(Duration.ofMinutes(495));
    }

    @Test
    void whatWasBeforeAWaitOrAStandstillDoesNotCount() {
        look(0, 0, 10_000);
        assertThat(look(5, 5_000, 5_000)).isPresent();
        left.forget();
        assertThat(look(10, 5_000, 5_000)).isEmpty();
        assertThat(look(15, 7_500, 2_500)).contains(Duration.ofSeconds(5));
        assertThat(look(30, 7_500, 2_500)).as("nothing for 15 s").isEmpty();
        assertThat(look(35, 7_510, 2_490)).as("ten records in 5 s").isEmpty();
    }
}
