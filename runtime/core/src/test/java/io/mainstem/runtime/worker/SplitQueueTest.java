package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Poll;
import io.mainstem.api.Split;
import io.mainstem.log.Log;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.delivery.Positions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitQueueTest {

    private static final int MORE_THAN_FIT = SplitQueue.OPEN_MAX * 2 + 10;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private SplitQueue queue;

    @BeforeEach
    void openQueue(@TempDir Path folder) throws Exception {
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
                Positions positions = Positions.open(log)) {
            queue = new SplitQueue(positions.load("pipeline", "source"));
        }
    }

    @Test
    void moreIdleSplitsThanMayBeOpenEachGetOneTurnAPause() {
        queue.addAll(splits(MORE_THAN_FIT));
        for (int second = 1; second <= 3; second++) {
            Map<String, Integer> turns = turnsUntilNothingIsDue();
            assertThat(turns)
                    .hasSize(MORE_THAN_FIT)
                    .allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
            assertThat(queue.nextDue(now)).contains(now.plus(PAUSE));
            now = now.plus(PAUSE);
        }
    }

    @Test
    void whatIsPastItsCheckpointGoesFirstAndKeepsItsPlace() {
        queue.addAll(splits(MORE_THAN_FIT));
        SplitRun behind = queue.next(now).orElseThrow();
        behind.pastCheckpoint(true);
        assertThat(queue.next(now)).containsSame(behind);
        assertThat(queue.next(now)).containsSame(behind);
        behind.idleUntil(now.plus(PAUSE), Poll.idle(PAUSE));
        turnsUntilNothingIsDue();
        assertThat(queue.opened()).contains(behind);
    }

    private Map<String, Integer> turnsUntilNothingIsDue() {
        Map<String, Integer> turns = new HashMap<>();
        do {
            for (Optional<SplitRun> run = queue.next(now); run.isPresent(); run = queue.next(now)) {
                turns.merge(run.get().split().id(), 1, Integer::sum);
                run.get().idleUntil(now.plus(PAUSE), Poll.idle(PAUSE));
                assertThat(queue.opened()).hasSizeLessThanOrEqualTo(SplitQueue.OPEN_MAX);
            }
        } while (!queue.evictIdle(now).isEmpty());
        return turns;
    }

    private static List<Split> splits(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Split.of("split-" + i, "stream"))
                .toList();
    }
}
