package io.mainstem.connectors.file;

import io.mainstem.api.Factory;
import io.mainstem.testkit.PlanContract;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** What a plan leaves as it was: every file. */
final class PlanTest {

    @Nested
    final class OfASource extends PlanContract {
        @Override
        protected Factory<?> factory() {
            return new FileSourceFactory();
        }

        @Override
        protected Map<String, ?> prepare() throws Exception {
            OrdersFile.write(folder.resolve("orders.csv"), 1_000);
            return Map.of("path", "orders.csv", "key", "id");
        }

        @Override
        protected Object outside() {
            return "files alone";
        }
    }

    @Nested
    final class OfASinkWithoutAFolder extends PlanContract {
        @Override
        protected Factory<?> factory() {
            return new FileSinkFactory();
        }

        @Override
        protected Map<String, ?> prepare() {
            return Map.of("path", "out");
        }

        @Override
        protected Object outside() {
            return "files alone";
        }
    }

    @Nested
    final class OfASinkWithAFolder extends PlanContract {
        @Override
        protected Factory<?> factory() {
            return new FileSinkFactory();
        }

        @Override
        protected Map<String, ?> prepare() throws Exception {
            Files.createDirectory(folder.resolve("out"));
            Files.writeString(folder.resolve("out/other.txt"), "not ours");
            return Map.of("path", "out");
        }

        @Override
        protected Object outside() {
            return "files alone";
        }
    }
}
