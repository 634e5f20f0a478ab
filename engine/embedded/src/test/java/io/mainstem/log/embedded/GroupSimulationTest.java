package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Simulated groups. {@code -Dgroup.seeds=10000} runs more of them, {@code -Dseed=N} one of them again:
 *
 * <pre>mvn -o -pl engine/embedded -am test -Dtest=GroupSimulationTest -Dseed=7 -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
class GroupSimulationTest {
    private static final int SEEDS = Integer.getInteger("group.seeds", 200);

    @Test
    void noPartitionHasTwoReadersNoOffsetIsLostAndEachRecordIsDelivered() throws IOException {
        Long only = Long.getLong("seed");
        List<String> failures = new ArrayList<>();
        long first = only == null ? 0 : only;
        long last = only == null ? SEEDS : only + 1;
        int refusals = 0;
        int moves = 0;
        for (long seed = first; seed < last; seed++) {
            GroupSimulation simulation = new GroupSimulation(seed);
            try {
                simulation.run();
            } catch (RuntimeException | AssertionError e) {
                if (only != null) {
                    throw e;
                }
                failures.add("seed " + seed + ", again with -Dseed=" + seed + ": " + e);
            }
            refusals += simulation.refusals;
            moves += simulation.moves;
        }
        assertThat(failures).as("of %d seeds", last - first).isEmpty();
        if (only == null) {
            assertThat(refusals).as("zombies that were refused").isGreaterThan(SEEDS / 4);
            assertThat(moves).as("assignments").isGreaterThan(5 * SEEDS);
        }
    }
}
