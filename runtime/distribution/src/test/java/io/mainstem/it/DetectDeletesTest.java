package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are deleted from a table of PostgreSQL are found, and nothing else is, whatever goes on meanwhile. */
final class DetectDeletesTest {

    private static final int WRITERS = 4;
    private static final int KILLS = 1;
    /** Rows that nobody ever deletes, in front of those that come and go. */
    private static final int KEPT = 3_000;

    private static final int IDS = 6_000;
    private static final Pattern RECORD = Pattern.compile("\"operation\":\"(\\w+)\".*?\"key\":\\{\"id\":(\\d+)}");

    @RegisterExtension
    static final SharedPostgres POSTGRES = new SharedPostgres();

    @TempDir
    Path folder;

    @Test
    void deletesAreFoundAndNothingElseWhileFourWritersWriteAndTheWorkerIsKilled() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        String url = POSTGRES.newUrl();
        Database database = Database.at(url);
        database.execute("CREATE TABLE stock (id bigint PRIMARY KEY, amount int NOT NULL, changed timestamptz NOT NULL"
                + " DEFAULT now())");
        database.execute("INSERT INTO stock SELECT i, 0 FROM generate_series(1, " + IDS / 2 + ") i");
        Path target = folder.resolve("copy.db");
        write("1s", url, target);
        Mainstem mainstem = Mainstem.in(folder);

        Writers writers = new Writers(url, random);
        for (int kill = 0; kill < KILLS; kill++) {
            Mainstem.Running running = mainstem.start("run", "stock.yaml");
            awaitScan(database, Database.sqlite(target), IDS + 1L + kill, running);
            running.killAfter(Duration.ofMillis(random.nextInt(2_000)));
        }
        Set<Long> deleted = writers.stop();
        for (int kill = 0; kill < KILLS; kill++) {
            deleted.add(IDS + 1L + kill);
        }
        write("0s", url, target);
        Mainstem.Outcome last = mainstem.run("run", "--once", "stock.yaml");
        assertThat(last.exitCode()).as("seed %d%n%s", seed, last).isZero();
        String topic = mainstem.run("consume", "stock", "--full").out();
        assertThat(mainstem.run("run", "--once", "stock.yaml").exitCode()).isZero();
        assertThat(mainstem.run("consume", "stock", "--full").out()).isEqualTo(topic);

        assertThat(Database.sqlite(target).rows("SELECT id, amount FROM stock ORDER BY id"))
                .as("seed %d", seed)
                .isEqualTo(database.rows("SELECT id, amount FROM stock ORDER BY id"));
        int deletes = checkTopic(topic, deleted, "seed " + seed);
        System.out.println("seed " + seed + ": " + deleted.size() + " keys were deleted, " + deletes + " deletes sent");
    }

    /** A row that comes to the target and goes again: so a scan has been done since. */
    private static void awaitScan(Database database, Database target, long id, Mainstem.Running running)
            throws Exception {
        database.execute("INSERT INTO stock VALUES (" + id + ", 0)");
        String count = "SELECT count(*) FROM stock WHERE id = " + id;
        running.until("row " + id + " comes", () -> target.number(count) == 1);
        database.execute("DELETE FROM stock WHERE id = " + id);
        running.until("row " + id + " goes", () -> target.number(count) == 0);
    }

    private void write(String every, String url, Path target) throws IOException {
        Files.writeString(folder.resolve("stock.yaml"), """
                name: stock
                sources:
                  shop:
                    connector: jdbc
                    topic: stock
                    options:
                      url: "%s"
                      user: postgres
                      table: public.stock
                      mode: timestamp
                      cursor: changed
                      poll-every: 100ms
                      detect-deletes: %s
                      detect-deletes-limit: 100%%
                topics:
                  stock: {codec: json}
                sinks:
                  copy:
                    connector: jdbc
                    topics: [stock]
                    options: {url: "jdbc:sqlite:%s", table: stock, mode: upsert, key: [id], delete: true}
                """.formatted(url, every, target));
    }

    /** A delete names a row that was deleted, and that the topic had: none is sent twice. Returns how many there are. */
    private static int checkTopic(String topic, Set<Long> deleted, String seed) {
        Map<Long, Boolean> live = new HashMap<>();
        int deletes = 0;
        for (String line : topic.lines().toList()) {
            Matcher record = RECORD.matcher(line);
            assertThat(record.find()).as("%s: %s", seed, line).isTrue();
            long id = Long.parseLong(record.group(2));
            boolean isDelete = record.group(1).equals("delete");
            if (isDelete) {
                deletes++;
                assertThat(deleted).as("%s: %s", seed, line).contains(id);
                assertThat(live.get(id)).as("%s: %s", seed, line).isEqualTo(true);
            }
            live.put(id, !isDelete);
        }
        assertThat(deletes).isPositive();
        return deletes;
    }

    /** Threads that insert, update and delete rows. */
    private static final class Writers {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Set<Long> deleted = ConcurrentHashMap.newKeySet();
        private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        private final List<Future<?>> ends = new ArrayList<>();

        Writers(String url, Random seeds) {
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(seeds.nextLong());
                ends.add(threads.submit(() -> {
                    work(url, random);
                    return null;
                }));
            }
        }

        private void work(String url, Random random) throws Exception {
            try (Connection connection = DriverManager.getConnection(url + "?user=postgres")) {
                connection.setAutoCommit(false);
                while (!stop.get()) {
                    for (int i = random.nextInt(5); i >= 0; i--) {
                        change(connection, random);
                    }
                    LockSupport.parkNanos(random.nextInt(60_000_000));
                }
            }
        }

        /** One row in a transaction, so that there are no deadlocks. */
        private void change(Connection connection, Random random) throws Exception {
            long id = 1L + random.nextInt(IDS);
            if (id > KEPT && random.nextInt(3) == 0) {
                deleted.add(id);
                execute(connection, "DELETE FROM stock WHERE id = ?", id);
            } else {
                execute(
                        connection,
                        "INSERT INTO stock VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET amount = stock.amount + 1, changed ="
                                + " now()",
                        id);
            }
            connection.commit();
        }

        private static void execute(Connection connection, String sql, long id) throws Exception {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, id);
                statement.executeUpdate();
            }
        }

        Set<Long> stop() throws Exception {
            stop.set(true);
            for (Future<?> end : ends) {
                end.get();
            }
            threads.shutdown();
            return new HashSet<>(deleted);
        }
    }
}
