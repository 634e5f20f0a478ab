package io.mainstem.log.embedded;

import io.mainstem.log.Log;
import io.mainstem.log.contract.CompactionContract;
import io.mainstem.log.contract.GroupContract;
import io.mainstem.log.contract.LogContract;
import io.mainstem.log.contract.ProducerContract;
import io.mainstem.log.contract.RetentionContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on this machine's disk. */
class EmbeddedLogTest {

    @Nested
    class OnDisk extends LogContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
        }
    }

    @Nested
    class WithTheOperatingSystem extends LogContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(
                    folder,
                    EmbeddedLogOptions.builder().durability(Durability.OS).build());
        }
    }

    @Nested
    class RetentionOnDisk extends RetentionContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
        }

        @Override
        protected void clean() {
            ((EmbeddedLog) log).clean();
        }
    }

    @Nested
    class RetentionWithTheOperatingSystem extends RetentionContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(
                    folder,
                    EmbeddedLogOptions.builder().durability(Durability.OS).build());
        }

        @Override
        protected void clean() {
            ((EmbeddedLog) log).clean();
        }
    }

    @Nested
    class ProducersOnDisk extends ProducerContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
        }
    }

    @Nested
    class ProducersWithTheOperatingSystem extends ProducerContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(
                    folder,
                    EmbeddedLogOptions.builder().durability(Durability.OS).build());
        }
    }

    @Nested
    class GroupsOnDisk extends GroupContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
        }
    }

    @Nested
    class GroupsWithTheOperatingSystem extends GroupContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(
                    folder,
                    EmbeddedLogOptions.builder().durability(Durability.OS).build());
        }
    }

    @Nested
    class CompactionOnDisk extends CompactionContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
        }

        @Override
        protected void clean() {
            ((EmbeddedLog) log).clean();
        }
    }

    @Nested
    class CompactionWithTheOperatingSystem extends CompactionContract {
        @TempDir
        Path folder;

        @Override
        protected Log open() {
            return EmbeddedLog.open(
                    folder,
                    EmbeddedLogOptions.builder().durability(Durability.OS).build());
        }

        @Override
        protected void clean() {
            ((EmbeddedLog) log).clean();
        }
    }
}
