package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that a real PostgreSQL refuses: they become dead letters, the others land, and they are sent again by hand. */
final class BadRowsTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int ROWS = 5_000;
    private static final int BATCH = 500;
    private static final Pattern CODE = Pattern.compile("\"code\" : \"(\\w+)\"");
    private static final Pattern OFFSET = Pattern.compile("\"offset\" : (\\d+)");

    @TempDir
    Path folder;

    private Postgres postgres;
    private Database database;
    private Mainstem mainstem;

    @BeforeEach
    void start() throws Exception {
        postgres = Postgres.start();
        String name = postgres.newDatabase();
        database = postgres.database(name);
        mainstem = Mainstem.in(folder);
        Files.writeString(folder.resolve("orders.yaml"), """
                name: orders
                sources:
                  shop:
                    connector: file
                    topic: orders
                    options:
                      path: orders.csv
                      columns: {id: int64 not null, customer: string, qty: int32, parent: int64, code: string}
                sinks:
                  warehouse:
                    connector: jdbc
                    topics: [orders]
                    options:
                      url: %s
                      user: postgres
                      table: orders
                      batch-rows: %d
                      foreign-key-wait: 100ms
                    on-failure:
                      retry: {first-wait: 100ms, max-wait: 200ms}
                      bad-records: dead-letters
                """.formatted(postgres.url(name), BATCH));
    }

    @AfterEach
    void stop() throws IOException {
        postgres.close();
    }

    /** A kind of violation, by the SQLSTATE that PostgreSQL has for it. */
    private enum Bad {
        UNIQUE("23505", "%2$d,ann,1,1,"),
        FOREIGN_KEY("23503", "%1$d,ann,1,99,"),
        CHECK("23514", "%1$d,ann,0,1,"),
        NOT_NULL("23502", "%1$d,,1,1,"),
        TOO_LONG("22001", "%1$d,a name of many characters,1,1,"),
        BAD_CAST("22P02", "%1$d,ann,1,1,no-uuid");

        private final String code;
        private final String row;

        Bad(String code, String row) {
            this.code = code;
            this.row = row;
        }

        String row(int id) {
            return String.format(java.util.Locale.ROOT, row, id, id - 1);
        }
    }

    private void makeTheTable() throws Exception {
        database.execute("CREATE TABLE parents (id bigint PRIMARY KEY)");
        database.execute("INSERT INTO parents VALUES (1)");
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY, customer varchar(10) NOT NULL, "
                + "qty int CHECK (qty > 0), parent bigint REFERENCES parents (id), code uuid)");
    }

    /** One bad row in each batch, at another place in each. */
    private List<Integer> writeTheFile() throws IOException {
        List<Integer> bad = new ArrayList<>();
        StringBuilder text = new StringBuilder("id,customer,qty,parent,code\n");
        for (int id = 0; id < ROWS; id++) {
            int batch = id / BATCH;
            boolean isBad = id % BATCH == (batch * 77 + 11) % BATCH;
            if (isBad) {
                bad.add(id);
            }
            text.append(isBad ? Bad.values()[batch % Bad.values().length].row(id) : id + ",ann,1,1,")
                    .append('\n');
        }
        Files.writeString(folder.resolve("orders.csv"), text);
        return bad;
    }

    @Test
    void oneBadRowInEachBatchIsKeptWithItsCodeAndItsPlaceAndTheOthersLand() throws Exception {
        makeTheTable();
        List<Integer> bad = writeTheFile();

        Mainstem.Outcome run = mainstem.run("run", "orders.yaml");

        assertThat(run.exitCode()).as("%s", run).isEqualTo(3);
        assertTenLetters(bad);
        Mainstem.Outcome causes = mainstem.run("dead-letters", "causes");
        assertThat(causes.out().lines()).as("%s", causes).hasSize(1 + Bad.values().length);
    }

    @Test
    void aServerThatIsAwayMeanwhileMakesNoDeadLetters() throws Exception {
        makeTheTable();
        List<Integer> bad = writeTheFile();

        Mainstem.Running run = mainstem.start("run", "orders.yaml");
        Waiting.until(
                LONG, () -> database.number("SELECT count(*) FROM orders") > 0 || !run.isAlive(), () -> "no rows came");
        postgres.stopFor(() -> run.endsWithin(Duration.ofSeconds(1)));
        Mainstem.Outcome outcome = run.end();

        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(3);
        assertTenLetters(bad);
    }

    private void assertTenLetters(List<Integer> bad) throws Exception {
        assertThat(database.number("SELECT count(*) FROM orders")).isEqualTo(ROWS - bad.size());
        Mainstem.Outcome list = mainstem.run("dead-letters", "list", "--output", "json");
        assertThat(list.exitCode()).as("%s", list).isZero();
        TreeMap<Integer, String> codes = new TreeMap<>();
        Matcher offsets = OFFSET.matcher(list.out());
        Matcher code = CODE.matcher(list.out());
        while (offsets.find() && code.find()) {
            codes.put(Integer.valueOf(offsets.group(1)), code.group(1));
        }
        List<String> expected = bad.stream()
                .map(id -> Bad.values()[id / BATCH % Bad.values().length].code)
                .toList();
        assertThat(codes.values()).as("%s", list).containsExactlyElementsOf(expected);
        // A record's offset is its number and one more for each transaction before it.
        List<Integer> offsetsFound = List.copyOf(codes.keySet());
        for (int i = 0; i < bad.size(); i++) {
            assertThat(offsetsFound.get(i)).as("%s", list).isBetween(bad.get(i), bad.get(i) + 50);
        }
    }

    @Test
    void aReplayThatIsKilledAgainAndAgainLandsEachRowOnce() throws Exception {
        database.execute(
                "CREATE TABLE orders (id bigint, customer text, qty int CHECK (qty > 0), parent bigint, code text)");
        StringBuilder text = new StringBuilder("id,customer,qty,parent,code\n");
        for (int id = 0; id < ROWS; id++) {
            text.append(id).append(id % 5 == 0 ? ",ann,0,1,x\n" : ",ann,1,1,x\n");
        }
        Files.writeString(folder.resolve("orders.csv"), text);
        assertThat(mainstem.run("run", "orders.yaml").exitCode()).isEqualTo(3);
        assertThat(database.number("SELECT count(*) FROM orders")).isEqualTo(ROWS * 4 / 5);
        database.execute("ALTER TABLE orders DROP CONSTRAINT orders_qty_check");

        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < 3; kill++) {
            Mainstem.Running replay = mainstem.start("dead-letters", "replay", "--all");
            replay.endsWithin(Duration.ofMillis(500 + random.nextInt(700)));
            replay.kill().end();
        }
        Mainstem.Outcome replay = mainstem.run("dead-letters", "replay", "--all");
        assertThat(replay.exitCode()).as("%s", replay).isZero();
        for (int kill = 0; kill < 3; kill++) {
            Mainstem.Running run = mainstem.start("run", "orders.yaml");
            run.endsWithin(Duration.ofMillis(700 + random.nextInt(900)));
            run.kill().end();
        }
        Mainstem.Outcome run = mainstem.run("run", "orders.yaml");

        assertThat(run.exitCode()).as("seed %d: %s", seed, run).isZero();
        assertThat(database.row("SELECT count(*), count(DISTINCT id) FROM orders"))
                .as("seed %d", seed)
                .isEqualTo(ROWS + "|" + ROWS);
        Mainstem.Outcome open = mainstem.run("dead-letters", "list");
        assertThat(open.out().lines()).as("%s", open).hasSize(1);
    }

    @Test
    void aLetterIsCorrectedAndSentThroughARunningWorker() throws Exception {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer varchar(10), qty int, parent bigint, code text)");
        Files.writeString(
                folder.resolve("orders.csv"),
                "id,customer,qty,parent,code\n1,ann,1,1,x\n2,a name that is too long,1,1,x\n");
        Path pipeline = folder.resolve("orders.yaml");
        Files.writeString(
                pipeline,
                Files.readString(pipeline)
                        .replace("    topic: orders\n", "    topic: orders\n    schedule: continuous\n"));
        Mainstem.Running run = mainstem.start("run", "orders.yaml");
        Waiting.until(LONG, () -> database.number("SELECT count(*) FROM orders") == 1, () -> "no row came");
        String id = Waiting.forValue(
                LONG,
                () -> {
                    Matcher found = Pattern.compile("\"id\" : \"(\\w+)\"")
                            .matcher(mainstem.run("dead-letters", "list", "--output", "json")
                                    .out());
                    return found.find() ? java.util.Optional.of(found.group(1)) : java.util.Optional.empty();
                },
                () -> "no letter came");

        Files.writeString(folder.resolve("wrong.json"), "{\"id\": \"two\"}");
        Mainstem.Outcome wrong = mainstem.run("dead-letters", "edit", id, "--file", "wrong.json");
        assertThat(wrong.exitCode()).as("%s", wrong).isEqualTo(1);
        Files.writeString(
                folder.resolve("right.json"),
                "{\"id\": 2, \"customer\": \"bob\", \"qty\": 1, \"parent\": 1, \"code\": \"x\"}");
        Mainstem.Outcome edit = mainstem.run("dead-letters", "edit", id, "--file", "right.json");
        assertThat(edit.exitCode()).as("%s", edit).isZero();
        Mainstem.Outcome show = mainstem.run("dead-letters", "show", id);
        assertThat(show.out()).contains("a name that is too long", "bob", "22001", "orders-0@1");
        Mainstem.Outcome replay = mainstem.run("dead-letters", "replay", id);
        assertThat(replay.exitCode()).as("%s", replay).isZero();
        Waiting.until(LONG, () -> database.number("SELECT count(*) FROM orders") == 2, () -> "no second row came");

        assertThat(database.rows("SELECT id, customer FROM orders ORDER BY id")).containsExactly("1|ann", "2|bob");
        Mainstem.Outcome ended = run.terminate().end();
        assertThat(ended.exitCode()).as("%s", ended).isIn(0, 3, 143);
    }
}
