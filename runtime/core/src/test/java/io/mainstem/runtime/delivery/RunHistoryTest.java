package io.mainstem.runtime.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.Log;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.ManualClock;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Run.Outcome;
import io.mainstem.runtime.delivery.Run.Trigger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunHistoryTest {

    private static final SourceName SHOP = new SourceName("orders", "shop");
    private static final SourceName RARE = new SourceName("orders", "rare");

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock("2026-06-01T12:00:00Z");
    private Log log;
    private RunHistory history;

    @BeforeEach
    void open() {
        log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
        history = RunHistory.open(log, clock);
    }

    @AfterEach
    void close() {
        history.close();
        log.close();
    }

    private void openAgain() {
        close();
        open();
    }

    private Run run(SourceName source) {
        Run run = history.begin(source, Trigger.SCHEDULE, "every 10s");
        clock.pass(Duration.ofSeconds(1));
        Run ended = run.ended(clock.instant(), Outcome.DONE, 7, 70, 1, "");
        history.end(ended);
        return ended;
    }

    @Test
    void lookingMakesNoTopic() {
        assertThat(history.all()).isEmpty();
        assertThat(log.admin().topic(RunHistory.TOPIC)).isEmpty();
    }

    @Test
    void aRunIsThereAfterwardsAsItWas() {
        Run run = run(SHOP);
        Run failed = history.begin(RARE, Trigger.HAND, "cron \"0 0 2 * * ?\" zone UTC")
                .ended(clock.instant(), Outcome.FAILED, 0, 0, 0, "no \"connection\"\n");
        history.end(failed);
        openAgain();
        assertThat(history.all()).containsExactly(failed, run);
        assertThat(run.id()).isEqualTo("orders/shop/1");
        assertThat(run(SHOP).number()).isEqualTo(2);
    }

    @Test
    void aRunWhoseWorkerWasKilledIsInterrupted() {
        history.begin(SHOP, Trigger.SCHEDULE, "every 10s");
        assertThat(history.last(SHOP).orElseThrow().outcome()).isEqualTo(Outcome.RUNNING);
        openAgain();
        assertThat(history.last(SHOP).orElseThrow().outcome()).isEqualTo(Outcome.INTERRUPTED);
        assertThat(history.last(SHOP).orElseThrow().end()).isEmpty();
    }

    @Test
    void oldRunsGoAndTheLastOfEachSourceStays() {
        Run rare = run(RARE);
        for (int i = 0; i < 2_000; i++) {
            run(SHOP);
        }
        TopicPartition partition = new TopicPartition(RunHistory.TOPIC, 0);
        assertThat(log.admin().offsets(partition).start()).isPositive();
        openAgain();
        List<Run> all = history.all();
        assertThat(all).hasSize(RunHistory.RUNS_MAX + 1).endsWith(rare);
        assertThat(all.get(0).number()).isEqualTo(2_000);
    }
}
