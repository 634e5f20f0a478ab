package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the next process hears of the forces of the one before. */
class ForceMarkTest {
    private static final Path ROOT = Path.of("/simulated");

    private final SimulatedDisk disk = new SimulatedDisk(ROOT);
    private final ForceMark mark = new ForceMark(disk, ROOT);

    @Test
    void aForceThatSucceededLeavesNothing() throws Exception {
        assertThat(isSetAfterAKill()).isFalse();
        mark.begin();
        mark.succeeded();
        assertThat(isSetAfterAKill()).isFalse();
    }

    @Test
    void aForceThatDidNotEndIsTold() throws Exception {
        mark.begin();
        assertThat(isSetAfterAKill()).isTrue();
    }

    @Test
    void aForceThatFailedIsToldAlthoughOthersSucceededAfterIt() throws Exception {
        mark.begin();
        mark.begin();
        mark.succeeded();
        assertThat(isSetAfterAKill()).isTrue();
    }

    private boolean isSetAfterAKill() throws Exception {
        disk.kill();
        return new ForceMark(disk, ROOT).isSet();
    }
}
