package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Records that are split behind the topic, in a worker that is killed again and again: each is there as a whole, once. */
final class SplitTest {

    private static final int ORDERS = 30_000;
    private static final int KILLS = 3;

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    @Test
    void killedAtRandomMomentsNoRecordIsTornApart() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        String url = POSTGRES.newUrl();
        Database database = Database.at(url);
        Orders.write(folder.resolve("orders.csv"), ORDERS);
        Files.writeString(folder.resolve("orders.yaml"), """
                name: orders
                sources:
                  shop:
                    connector: file
                    topic: orders
                    options: {path: orders.csv}
                sinks:
                  lines:
                    connector: jdbc
                    topics: [orders]
                    options: {url: "%s", user: postgres, table: lines, mode: insert, batch-rows: 5000}
                    transforms:
                      - filter: value.id %% 10 != 0
                      - split: {expression: "['a', 'b', 'c', 'd', 'e']", into: part, number: line}
                """.formatted(url));
        Mainstem mainstem = Mainstem.in(folder);

        StringBuilder lives = new StringBuilder("seed " + seed + ", killed with these rows there:");
        for (int kill = 0; kill < KILLS; kill++) {
            long before = rows(database);
            Mainstem.Running running = mainstem.start("run", "orders.yaml");
            running.until("more rows come", () -> rows(database) > before || !running.isAlive());
            running.killAfter(Duration.ofMillis(random.nextInt(200)));
            long there = rows(database);
            lives.append(' ').append(there);
            assertThat(there % 5).as("%s", lives).isZero();
            assertThat(database.number(
                            "SELECT count(*) FROM (SELECT id FROM lines GROUP BY id HAVING count(*) <> 5) torn"))
                    .as("%s", lives)
                    .isZero();
        }
        Mainstem.Outcome last = mainstem.run("run", "orders.yaml");

        assertThat(last.exitCode()).as("%s%n%s", lives, last).isZero();
        assertThat(database.row(
                        "SELECT count(*), count(DISTINCT id), count(DISTINCT (id, line)), sum(line) FROM lines"))
                .as("%s", lives)
                .isEqualTo("135000|27000|135000|405000");
        System.out.println(lives);
    }

    private static long rows(Database database) {
        return database.number("SELECT count(*) FROM lines");
    }
}
