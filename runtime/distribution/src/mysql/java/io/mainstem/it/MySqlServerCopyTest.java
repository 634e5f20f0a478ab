package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.connectors.jdbc.MySqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole schemas of a PostgreSQL are copied into a MariaDB with one file, and every value is the same afterwards. */
final class MySqlServerCopyTest {

    @TempDir
    Path folder;

    /** The plugins of the distribution, with the driver of MySQL or MariaDB as a user adds it. */
    private Path plugins() throws Exception {
        Path original = Path.of(System.getProperty("mainstem.home"), "plugins");
        Path copy = folder.resolve("plugins");
        try (Stream<Path> files = Files.walk(original)) {
            files.forEach(file -> copy(file, copy.resolve(original.relativize(file).toString())));
        }
        copy(MySqlServer.driver(), Files.createDirectory(copy.resolve("jdbc/ext")).resolve("driver.jar"));
        return copy;
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void intoTablesThatTheSinkMakes() throws Exception {
        MySqlServer server = MySqlServer.shared();
        String database = server.database();
        String target = server.url(database);
        try (Postgres postgres = Postgres.start()) {
            String source = postgres.newUrl();
            SampleTables.makeWithRows(Database.at(source));
            Files.writeString(folder.resolve("copy.yaml"), SampleTables.resource("copy.yaml"));

            Mainstem.Outcome outcome = Mainstem.in(folder)
                    .with("SOURCE_URL", source)
                    .with("TARGET_URL", target)
                    .with("TARGET_USER", "root")
                    .with("TARGET_TABLE", "{topic.last}")
                    .with("TARGET_MUSIC", "music_{topic.last}")
                    .with("TARGET_PRICES", "price-list")
                    .with("TARGET_PRICE", "other price")
                    .with("TARGET_CREATE", "true")
                    .run("run", "--once", "--plugins", plugins().toString(), "copy.yaml");
            assertThat(outcome.exitCode()).as("%s", outcome).isZero();

            List<String> wrong = new ArrayList<>();
            for (String table : SampleTables.names(Database.at(source))) {
                wrong.addAll(CanonicalRows.differences(
                        source,
                        table,
                        server.readableUrl(database),
                        SampleTables.nameOfCopy(table)));
            }
            assertThat(wrong.stream().limit(3)).isEmpty();
        }
    }
}
