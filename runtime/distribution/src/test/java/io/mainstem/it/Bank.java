package io.mainstem.it;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tables into which several threads write all the time, in transactions that stay open for a while, so that they commit in another order
 * than they began. The server may crash meanwhile.
 */
final class Bank implements AutoCloseable {

    private static final int WRITERS = 3;
    private static final int OPEN_MILLIS_MAX = 120;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final String url;
    private final long seed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Thread> writers = new ArrayList<>();
    private volatile long largest = 1_000;

    Bank(String url, long seed) {
        this.url = url;
        this.seed = seed;
    }

    /** Makes the tables, and begins to write. */
    void open() throws SQLException {
        Database.at(url)
                .execute(
                        "CREATE TABLE account (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner varchar(20) NOT NULL, balance integer "
                                + "NOT NULL, updated_at timestamptz NOT NULL DEFAULT now()); CREATE INDEX ON account (updated_at); CREATE TABLE movement (id "
                                + "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account bigint, amount integer NOT NULL)");
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(seed + i);
            Thread writer = new Thread(() -> write(random), "bank-" + i);
            writer.start();
            writers.add(writer);
        }
    }

    private void write(Random random) {
        while (closed.getCount() > 0) {
            try (Connection connection = DriverManager.getConnection(url + "?user=postgres");
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (closed.getCount() > 0) {
                    writeOnce(connection, statement, random);
                }
            } catch (SQLException crashed) {
                // It comes back, or a column is being changed.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void writeOnce(Connection connection, Statement statement, Random random)
            throws SQLException, InterruptedException {
        long amount = random.nextLong(largest);
        statement.execute("INSERT INTO movement (account, amount) SELECT i, " + amount + " FROM generate_series(1, "
                + (1 + random.nextInt(20)) + ") i");
        statement.execute("INSERT INTO account (owner, balance) VALUES ('" + Long.toHexString(amount) + "', 0)");
        closed.await(random.nextInt(OPEN_MILLIS_MAX), TimeUnit.MILLISECONDS);
        statement.execute("UPDATE account SET balance = " + amount
                + ", updated_at = now() WHERE id = (SELECT id FROM account WHERE id % " + (2 + random.nextInt(9))
                + " = 0 ORDER BY random() LIMIT 1)");
        if (random.nextInt(10) == 0) {
            connection.rollback();
        }
        connection.commit();
    }

    /** Each table gets one more column; rows that are there already have no value in it, later ones have. */
    void addColumns(int number) throws Exception {
        for (String table : List.of("account", "movement")) {
            change("ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS extra" + number + " text; ALTER TABLE " + table
                    + " ALTER COLUMN extra" + number + " SET DEFAULT 'later'");
        }
        change("UPDATE account SET extra" + number + " = 'known', updated_at = now() WHERE id % 5 = 0");
    }

    /** Numbers that were of 32 bits get 64, or more digits than those have; later rows need them. */
    void widenColumns() throws Exception {
        change("ALTER TABLE account ALTER COLUMN balance TYPE bigint, ALTER COLUMN owner TYPE text");
        change("ALTER TABLE movement ALTER COLUMN amount TYPE bigint");
        largest = Long.MAX_VALUE;
    }

    /** The server may be away just now. */
    private void change(String sql) throws Exception {
        Waiting.until(LONG, () -> changed(sql), () -> "the tables could not be changed");
    }

    private boolean changed(String sql) {
        try {
            Database.at(url).execute(sql);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** How many rows a table has, and a digest of them by the columns that it has here. */
    String digest(Database database, String table) throws Exception {
        List<String> columns = Database.at(url)
                .rows("SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = '" + table
                        + "'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum");
        return database.row(
                "SELECT count(*), md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"), '')) FROM (SELECT "
                        + String.join(", ", columns) + " FROM " + table + ") t");
    }

    /** Ends what is being written. */
    @Override
    public void close() {
        closed.countDown();
        try {
            for (Thread writer : writers) {
                writer.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
