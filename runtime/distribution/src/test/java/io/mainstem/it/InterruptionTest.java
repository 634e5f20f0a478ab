package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that is ended in the middle, politely or not, and started again, leaves the target as one that ran through. */
final class InterruptionTest {

    private static final int KILLS = 4;

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    private Path csv;

    @BeforeEach
    void writeTheFile() throws IOException {
        csv = folder.resolve("orders.csv");
        Orders.write(csv, Orders.EXPECTED_COUNT);
    }

    /** Where the rows go, and how. */
    enum Target {
        SQLITE_WITH_KEY("upsert", true),
        SQLITE_WITHOUT_KEY("insert", false),
        POSTGRESQL_WITH_KEY("insert", true),
        POSTGRESQL_WITHOUT_KEY("insert", false);

        private final String mode;
        private final boolean key;

        Target(String mode, boolean key) {
            this.mode = mode;
            this.key = key;
        }

        String url(Path folder) throws Exception {
            return name().startsWith("SQLITE") ? "jdbc:sqlite:" + folder.resolve("orders.db") : POSTGRES.newUrl();
        }

        /** Small transactions, so that a kill finds some of them done and some not. */
        String pipeline(String url) {
            return """
                    name: orders
                    sources:
                      shop:
                        connector: file
                        topic: orders
                        options:
                          path: orders.csv
                    sinks:
                      warehouse:
                        connector: jdbc
                        topics: [orders]
                        options:
                          url: %s
                          table: orders
                          mode: %s
                          batch-rows: 10000
                    """.formatted(url, mode)
                    + (url.startsWith("jdbc:postgresql:") ? "      user: postgres\n" : "")
                    + (key ? "      key: [id]\n" : "");
        }
    }

    /** Every other life is long enough for some rows to come, however busy the machine is. */
    @ParameterizedTest
    @EnumSource(Target.class)
    void killedAtRandomMomentsItEndsAsIfNothingHadHappened(Target target) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String url = target.url(folder);
        Files.writeString(folder.resolve("orders.yaml"), target.pipeline(url));
        Mainstem mainstem = Mainstem.in(folder);

        StringBuilder lives = new StringBuilder("seed " + seed + ", killed with these rows there:");
        for (int kill = 0; kill < KILLS; kill++) {
            long before = rows(url);
            Mainstem.Running running = mainstem.start("run", "orders.yaml");
            if (kill % 2 == 1) {
                running.until("more rows come", () -> rows(url) > before || !running.isAlive());
            }
            running.killAfter(Duration.ofMillis(random.nextInt(kill % 2 == 1 ? 200 : 2_500)));
            lives.append(' ').append(rows(url));
        }
        Mainstem.Outcome last = mainstem.run("run", "orders.yaml");

        assertThat(last.exitCode()).as("%s%n%s", lives, last).isZero();
        assertThat(Database.at(url).row(Orders.DIGEST)).as("%s", lives).isEqualTo(Orders.EXPECTED);
        System.out.println(target + ": " + lives);
    }

    private static long rows(String url) {
        return Database.at(url).number("SELECT count(*) FROM orders");
    }

    @Test
    void terminatedInTheMiddleItDrainsAndGoesOnLater() throws Exception {
        String url = Target.POSTGRESQL_WITHOUT_KEY.url(folder);
        Files.writeString(folder.resolve("orders.yaml"), Target.POSTGRESQL_WITHOUT_KEY.pipeline(url));
        Mainstem mainstem = Mainstem.in(folder);

        Mainstem.Running running = mainstem.start("run", "orders.yaml");
        running.until("rows come", () -> rows(url) > 0);
        Mainstem.Outcome first = running.terminate().end();
        assertThat(first.exitCode()).as("%s", first).isIn(0, 143);

        Mainstem.Outcome second = mainstem.run("run", "orders.yaml");
        assertThat(second.exitCode()).as("%s", second).isZero();
        assertThat(Database.at(url).row(Orders.DIGEST)).isEqualTo(Orders.EXPECTED);
    }
}
