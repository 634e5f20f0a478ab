package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mainstem.log.embedded.History.Kind;
import io.mainstem.log.embedded.History.Violation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system that is shut down under a process that appends: what no force brought to the disk is gone, as after a power
 * cut. {@code runtime/benchmarks/measure crash power 200} does it more often.
 */
class PowerCutTest {
    private static final int CUTS = Integer.getInteger("crash.cuts", 4);
    private static final String FILE_SYSTEM = System.getProperty("crash.filesystem", "ext4");
    private static final String OPTIONS = System.getProperty("crash.mount", "");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void aPowerCutLosesNothingThatWasAcknowledged() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        try (Ground ground = ground()) {
            CrashCampaign campaign =
                    new CrashCampaign(seed, ground, folder.resolve("errors"), List.of(Durability.DISK));
            assertThat(campaign.run(CUTS)).as("seed %d", seed).isEmpty();
            System.out.println(FILE_SYSTEM + OPTIONS + " power cut: seed " + seed + ", " + campaign.summary());
        }
    }

    /** The control: what is not forced is lost, so that the test above would see it. */
    @Test
    void thePowerCutFindsTheLossesOfALogThatDoesNotForce() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        try (Ground ground = ground()) {
            CrashCampaign campaign = new CrashCampaign(seed, ground, folder.resolve("errors"), List.of(Durability.OS));
            assertThat(campaign.run(20))
                    .as("seed %d", seed)
                    .extracting(Violation::kind)
                    .containsAnyOf(Kind.LOST, Kind.TORN_TRANSACTION);
        }
    }

    private Ground ground() throws IOException, InterruptedException {
        Optional<String> obstacle = Mount.obstacle(FILE_SYSTEM);
        assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
        Mount mount = Mount.inFile(folder.resolve("mount"), FILE_SYSTEM, OPTIONS);
        return new Ground() {
            @Override
            public Path folder() {
                return folder.resolve("mount");
            }

            @Override
            public void end(Process process) throws IOException, InterruptedException {
                mount.cutPower();
                process.toHandle().destroyForcibly();
                process.waitFor();
                mount.comeBack();
            }

            @Override
            public boolean lastWordsCount() {
                return false;
            }

            @Override
            public void close() throws IOException {
                mount.close();
            }
        };
    }
}
