package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A span of time that is copied into another table of a real PostgreSQL, while the sink goes on and new rows come. */
final class BackfillTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int BEFORE = 20_000;
    private static final int WITHIN = 120_000;
    private static final int AFTER = 10_000;
    private static final int KILLS = 3;

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    private Path csv;
    private Database database;
    private Mainstem mainstem;
    private Mainstem.Running worker;
    private int written;
    private String span;

    /** Rows before the span, in it and behind it; each part is in the target before the clock is looked at. */
    @BeforeEach
    void writeThreeParts() throws Exception {
        String url = POSTGRES.newUrl();
        database = Database.at(url);
        mainstem = Mainstem.in(folder);
        csv = folder.resolve("orders.csv");
        Orders.write(csv, 0);
        Files.createDirectory(folder.resolve("pipelines"));
        Files.writeString(folder.resolve("pipelines/orders.yaml"), """
                name: orders
                sources:
                  shop:
                    connector: file
                    topic: orders
                    schedule: continuous
                    options: {path: ../orders.csv, follow-every: 100ms}
                sinks:
                  warehouse:
                    connector: jdbc
                    topics: [orders]
                    options: {url: "%s", user: postgres, table: orders, mode: insert, batch-rows: 2000}
                    on-failure: {retry: {first-wait: 50ms, max-wait: 200ms}}
                """.formatted(url));
        serve();
        append(BEFORE);
        Instant from = Instant.now();
        append(WITHIN);
        Instant to = Instant.now();
        append(AFTER);
        span = "backfill orders/warehouse --set table=january --from " + from + " --to " + to;
    }

    @AfterEach
    void kill() throws Exception {
        if (worker != null) {
            worker.kill().end();
        }
    }

    private void serve() throws Exception {
        worker = mainstem.start("serve", "pipelines", "--listen", "off");
        worker.says("pipeline orders is running");
    }

    private void append(int count) throws Exception {
        Orders.append(csv, written, written + count);
        written += count;
        Waiting.until(LONG, () -> rows("orders") == written, () -> "only " + rows("orders") + " rows came");
    }

    private long rows(String table) {
        return database.number("SELECT count(*) FROM " + table);
    }

    private Mainstem.Outcome backfill() throws Exception {
        return mainstem.run(span.split(" "));
    }

    private void assertExact() throws Exception {
        assertThat(database.row("SELECT count(*), count(DISTINCT id), min(id), max(id) FROM january"))
                .isEqualTo(WITHIN + "|" + WITHIN + "|" + BEFORE + "|" + (BEFORE + WITHIN - 1));
        assertThat(database.row(Orders.DIGEST)).isEqualTo(Orders.expected(written));
    }

    @Test
    void aSpanIsCopiedExactlyWhileNewRowsComeAndTheWorkerIsKilledAgainAndAgain() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StringBuilder lives = new StringBuilder("seed " + seed + ", killed with these rows copied:");
        for (int kill = 0; kill < KILLS; kill++) {
            long before = rows("january");
            Mainstem.Running copying = mainstem.start(span.split(" "));
            Waiting.until(
                    LONG,
                    () -> rows("january") > before || !copying.isAlive(),
                    () -> "no more rows were copied: " + copying);
            Orders.append(csv, written, written + 100);
            written += 100;
            copying.endsWithin(Duration.ofMillis(random.nextInt(150)));
            worker.kill().end();
            copying.end();
            lives.append(' ').append(rows("january"));
            serve();
        }
        Mainstem.Outcome last = backfill();
        assertThat(last.exitCode()).as("%s%n%s", lives, last).isZero();
        Waiting.until(LONG, () -> rows("orders") == written, () -> "only " + rows("orders") + " rows came");

        assertExact();
        Mainstem.Outcome again = backfill();
        assertThat(again.out()).as("%s", again).contains("wrote 0 records");
        assertExact();
        assertThat(worker.terminate().end().exitCode()).isZero();
        System.out.println(lives);
    }
}
