package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.connectors.jdbc.MariaDbServer;
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
final class MariaDbCopyTest {

    @TempDir
    Path folder;

    /** The plugins of the distribution, with the driver of MariaDB as a user adds it. */
    private Path plugins() throws Exception {
        Path original = Path.of(System.getProperty("mainstem.home"), "plugins");
        Path copy = folder.resolve("plugins");
        try (Stream<Path> files = Files.walk(original)) {
            files.forEach(file -> copy(file, copy.resolve(original.relativize(file).toString())));
        }
        Path driver = Path.of(org.mariadb.jdbc.Driver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        copy(driver, Files.createDirectory(copy.resolve("jdbc/ext")).resolve("driver.jar"));
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
    void intoTablesOfMariaDbThatTheSinkMakes() throws Exception {
        MariaDbServer server = MariaDbServer.shared();
        String target = server.url(server.database());
        try (Postgres postgres = Postgres.start()) {
            String source = postgres.url(postgres.newDatabase());
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
                        target + "&user=root&sessionVariables=sql_mode='ANSI_QUOTES',time_zone='+00:00'",
                        SampleTables.nameOfCopy(table)));
            }
            assertThat(wrong.stream().limit(3)).isEmpty();
        }
    }
}
