package io.mainstem.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * 50,000 rows in batches of 5,000 into a table with constraints: without a bad row, with one in each batch (six kinds of
 * violation in turn), and the same while the server is away for five seconds. Fails unless all others land and each bad row is
 * one dead letter with its SQLSTATE and offset.
 */
public final class BadRows {

    private static final int ROWS = 50_000;
    private static final int BATCH = 5_000;
    private static final int ROUNDS = 5;
    private static final Duration AWAY = Duration.ofSeconds(5);
    private static final int MILLIS_BETWEEN_LOOKS = 10;
    private static final int TRANSACTIONS_MAX = 100;
    private static final int DEAD_LETTERS = 3;
    private static final Pattern OFFSET_AND_CODE =
            Pattern.compile("\"offset\" : (\\d+)[^}]*?\"code\" : \"(\\w+)\"", Pattern.DOTALL);

    private final Path folder;
    private final Server server;

    private BadRows(Path folder, Server server) {
        this.folder = folder;
        this.server = server;
    }

    /** A kind of violation: its SQLSTATE, and the row of an id. */
    private enum Kind {
        UNIQUE("23505", "%2$d,ann,1,1,"),
        FOREIGN_KEY("23503", "%1$d,ann,1,99,"),
        CHECK("23514", "%1$d,ann,0,1,"),
        NOT_NULL("23502", "%1$d,,1,1,"),
        TOO_LONG("22001", "%1$d,a name of many characters,1,1,"),
        BAD_CAST("22P02", "%1$d,ann,1,1,no-uuid");

        private final String code;
        private final String row;

        Kind(String code, String row) {
            this.code = code;
            this.row = row;
        }

        static Kind of(int batch) {
            return values()[batch % values().length];
        }

        String row(int id) {
            return String.format(Locale.ROOT, row, id, id - 1);
        }
    }

    /**
     * Runs it.
     *
     * @param args how many rounds
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : ROUNDS;
        Path work = Files.createDirectories(Path.of(System.getProperty("mainstem.work")));
        Path folder = Files.createTempDirectory(work, "bad-rows");
        try (Server server = Server.start(folder.resolve("postgres"))) {
            new BadRows(folder, server).run(rounds);
        } finally {
            Workplace.delete(folder);
        }
    }

    private void run(int rounds) throws Exception {
        Path clean = write("clean.csv", false);
        Path bad = write("bad.csv", true);
        double[] cleanSeconds = new double[rounds];
        double[] badSeconds = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            cleanSeconds[round] = job("clean_" + round, clean, false, false);
            badSeconds[round] = job("bad_" + round, bad, true, false);
            Lines.print("round", "clean seconds", cleanSeconds[round], "bad seconds", badSeconds[round]);
        }
        Lines.printSpread("clean seconds", cleanSeconds);
        Lines.printSpread("bad seconds", badSeconds);
        Lines.print("server away", "seconds", job("away", bad, true, true), "of them away", AWAY.toSeconds());
    }

    private Path write(String name, boolean bad) throws IOException {
        StringBuilder text = new StringBuilder("id,customer,qty,parent,code\n");
        for (int id = 0; id < ROWS; id++) {
            text.append(bad && isBad(id) ? Kind.of(id / BATCH).row(id) : id + ",ann,1,1,")
                    .append('\n');
        }
        return Files.writeString(folder.resolve(name), text);
    }

    /** One in each batch, at another place in each. */
    private static boolean isBad(int id) {
        return id % BATCH == (id / BATCH * 777 + 11) % BATCH;
    }

    /** Moves a file into a new database, and checks what came of it. Returns the seconds. */
    private double job(String name, Path csv, boolean isBad, boolean goesAway) throws Exception {
        makeTable(name);
        Path place = Files.createDirectories(folder.resolve(name));
        Files.writeString(place.resolve("orders.yaml"), pipeline(name, csv));
        long begin = System.nanoTime();
        Process process = Job.command(place, "run", "orders.yaml").start();
        if (goesAway) {
            while (!process.waitFor(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS) && server.count(name) == 0) {
                // looks again
            }
            server.stopFor(AWAY);
        }
        int exitCode = process.waitFor();
        double seconds = (System.nanoTime() - begin) / 1e9;
        check(exitCode == (isBad ? DEAD_LETTERS : 0), place, "exit code " + exitCode);
        check(place, name, isBad);
        server.drop(name);
        return seconds;
    }

    private void check(Path place, String name, boolean isBad) throws Exception {
        int letters = isBad ? ROWS / BATCH : 0;
        long landed = server.count(name);
        check(landed == ROWS - letters, place, landed + " rows landed");
        if (isBad) {
            Map<Integer, String> expected = new TreeMap<>();
            for (int id = 0; id < ROWS; id++) {
                if (isBad(id)) {
                    expected.put(id, Kind.of(id / BATCH).code);
                }
            }
            Map<Integer, String> found = letters(place);
            check(isSame(expected, found), place, "the dead letters are " + found + ", not " + expected);
            Lines.print("dead letters", "landed", landed, "letters", found);
        }
    }

    /** The same codes in the same order; a record's offset is its id and one more for each transaction before it. */
    private static boolean isSame(Map<Integer, String> byId, Map<Integer, String> byOffset) {
        List<Integer> ids = List.copyOf(byId.keySet());
        List<Integer> offsets = List.copyOf(byOffset.keySet());
        boolean isSame = List.copyOf(byId.values()).equals(List.copyOf(byOffset.values()));
        for (int i = 0; isSame && i < ids.size(); i++) {
            int transactions = offsets.get(i) - ids.get(i);
            isSame = transactions >= 0 && transactions <= TRANSACTIONS_MAX;
        }
        return isSame;
    }

    private static void check(boolean isRight, Path place, String what) throws IOException {
        if (!isRight) {
            throw new IllegalStateException(what + ": " + Files.readString(place.resolve("output.txt")));
        }
    }

    private static Map<Integer, String> letters(Path place) throws Exception {
        Process list =
                Job.command(place, "dead-letters", "list", "--output", "json").start();
        list.waitFor();
        String text = Files.readString(place.resolve("output.txt"), StandardCharsets.UTF_8);
        Map<Integer, String> letters = new TreeMap<>();
        Matcher letter = OFFSET_AND_CODE.matcher(text);
        while (letter.find()) {
            letters.put(Integer.valueOf(letter.group(1)), letter.group(2));
        }
        return letters;
    }

    private void makeTable(String database) throws SQLException {
        server.execute("postgres", "CREATE DATABASE " + database);
        server.execute(database, "CREATE TABLE parents (id bigint PRIMARY KEY)");
        server.execute(database, "INSERT INTO parents VALUES (1)");
        server.execute(
                database,
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer varchar(10) NOT NULL, qty int CHECK (qty > 0), "
                        + "parent bigint REFERENCES parents (id), code uuid)");
        server.execute(database, "CHECKPOINT");
    }

    private String pipeline(String database, Path csv) {
        return String.format(Locale.ROOT, """
                name: orders
                sources:
                  shop:
                    connector: file
                    topic: orders
                    options:
                      path: %s
                      columns: {id: int64 not null, customer: string, qty: int32, parent: int64, code: string}
                sinks:
                  warehouse:
                    connector: jdbc
                    topics: [orders]
                    options:
                      url: %s
                      user: %s
                      table: orders
                      batch-rows: %d
                      foreign-key-wait: 100ms
                    on-failure:
                      retry: {first-wait: 100ms, max-wait: 1s}
                      bad-records: dead-letters
                """, csv, server.url(database), Server.USER, BATCH);
    }
}
