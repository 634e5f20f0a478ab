package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random moments to a process that appends and reads. {@code runtime/benchmarks/measure crash kill 200} does it
 * more often.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("crash.kills", 8);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void aKilledProcessLosesNothingThatItWasTold() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Ground ground = Ground.killing(folder);
        CrashCampaign campaign =
                new CrashCampaign(seed, ground, folder.resolve("errors"), List.of(Durability.values()));
        assertThat(campaign.run(KILLS)).as("seed %d", seed).isEmpty();
        System.out.println("kill: seed " + seed + ", " + campaign.summary());
    }
}
