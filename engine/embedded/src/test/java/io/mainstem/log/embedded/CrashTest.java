package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Simulated crashes. {@code -Dcrash.seeds=10000} runs more of them, {@code -Dseed=N} one of them again:
 *
 * <pre>mvn -o -pl engine/embedded -am test -Dtest=CrashTest -Dcrash.seeds=10000 -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
class CrashTest {
    private static final int SEEDS = Integer.getInteger("crash.seeds", 300);

    @Test
    void nothingAcknowledgedIsLostAndNothingInventedWhenThePowerFails() {
        forEachSeed(seed -> new Simulation(seed, Durability.DISK, true));
    }

    @Test
    void nothingIsLostWhenTheProcessEnds() {
        forEachSeed(seed -> new Simulation(seed, Durability.DISK, false));
    }

    @Test
    void nothingIsLostWithTheOperatingSystemWhenTheProcessEnds() {
        forEachSeed(seed -> new Simulation(seed, Durability.OS, false));
    }

    @Test
    void whatIsLeftWithTheOperatingSystemWhenThePowerFailsIsAPrefix() {
        forEachSeed(seed -> new Simulation(seed, Durability.OS, true));
    }

    @Test
    void theSimulationFindsTheLossesOfALogThatNeverForces() {
        int found = 0;
        for (long seed = 0; seed < 100; seed++) {
            try {
                new Simulation(seed, Durability.DISK, true).withoutForces().run();
            } catch (Simulation.Violation e) {
                found++;
            }
        }
        assertThat(found).isGreaterThan(50);
    }

    /** Makes the simulation of a seed. */
    private interface Scenario {
        Simulation of(long seed);
    }

    private static void forEachSeed(Scenario scenario) {
        Long only = Long.getLong("seed");
        List<String> failures = new ArrayList<>();
        long first = only == null ? 0 : only;
        long last = only == null ? SEEDS : only + 1;
        for (long seed = first; seed < last; seed++) {
            try {
                scenario.of(seed).run();
            } catch (RuntimeException | AssertionError e) {
                if (only != null) {
                    throw e;
                }
                failures.add("seed " + seed + ", again with -Dseed=" + seed + ": " + e);
            }
        }
        assertThat(failures).as("of %d seeds", last - first).isEmpty();
    }
}
