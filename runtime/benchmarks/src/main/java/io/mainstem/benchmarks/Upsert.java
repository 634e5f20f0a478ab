package io.mainstem.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * The job in mode upsert into a table that has all rows already, beside what one writes by hand for it: {@code COPY} of the same
 * file into a temporary table, and one {@code INSERT .. ON CONFLICT DO UPDATE}, in one transaction. Turn by turn.
 */
public final class Upsert {

    private static final int ROWS = 1_000_000;
    private static final int ROUNDS = 3;
    private static final String INTO_TABLE = "INSERT INTO orders SELECT * FROM stage ON CONFLICT (id) DO UPDATE SET "
            + "customer = excluded.customer, sku = excluded.sku, qty = excluded.qty, price = excluded.price, created_at = "
            + "excluded.created_at";

    private Upsert() {}

    /**
     * Measures.
     *
     * @param args how many rounds
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : ROUNDS;
        try (Workplace workplace = Workplace.open(ROWS)) {
            new Upsert().run(workplace, rounds);
        }
    }

    private void run(Workplace workplace, int rounds) throws Exception {
        double[] byHand = new double[rounds];
        double[] jobs = new double[rounds];
        double[] ratios = new double[rounds];
        Server server = workplace.server();
        for (int round = 0; round < rounds; round++) {
            String hand = "hand" + round;
            fill(server, hand, workplace.csv());
            byHand[round] = byHand(server, hand, workplace.csv());
            String digest = server.digest(hand);
            server.drop(hand);
            Lines.print("COPY and INSERT by hand", "round", round + 1, "seconds", byHand[round]);

            String moved = "moved" + round;
            fill(server, moved, workplace.csv());
            Path folder = workplace.newFolder("round");
            Job.Cost cost = Job.in(folder, workplace.csv(), server.url(moved), "upsert\n      key: [id]")
                    .run();
            jobs[round] = cost.seconds();
            ratios[round] = jobs[round] / byHand[round];
            Lines.print(
                    "mainstem run, upsert",
                    "round",
                    round + 1,
                    "seconds",
                    cost.seconds(),
                    "ratio",
                    ratios[round],
                    "processor seconds",
                    cost.processorSeconds());
            Workplace.check(digest, server.digest(moved));
            server.drop(moved);
            Workplace.delete(folder);
        }
        Lines.printSpread("by hand, seconds", byHand);
        Lines.printSpread("mainstem run, seconds", jobs);
        Lines.printSpread("ratio", ratios);
    }

    /** A new database with a table that has all rows, at rest. */
    private static void fill(Server server, String database, Path csv) throws SQLException, IOException {
        server.newDatabase(database, true);
        try (Connection connection = server.connect(database)) {
            copy(connection, "orders", csv);
            try (Statement statement = connection.createStatement()) {
                statement.execute("VACUUM ANALYZE orders");
                statement.execute("CHECKPOINT");
            }
        }
    }

    private static double byHand(Server server, String database, Path csv) throws SQLException, IOException {
        long begin = System.nanoTime();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE TEMP TABLE stage (LIKE orders) ON COMMIT DROP");
            copy(connection, "stage", csv);
            statement.execute(INTO_TABLE);
            connection.commit();
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void copy(Connection connection, String table, Path csv) throws SQLException, IOException {
        try (InputStream in = Files.newInputStream(csv)) {
            new CopyManager(connection.unwrap(BaseConnection.class))
                    .copyIn("COPY " + table + " FROM STDIN (FORMAT csv, HEADER)", in, 1 << 16);
        }
    }
}
