package io.mainstem.connectors.jdbc.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * InnoDB's list of open transactions, for all tables of a source. InnoDB renews it only when nobody has read it for a tenth of a second
 * ({@code CACHE_MIN_IDLE_TIME} in its {@code trx0i_s.cc}): who reads it often keeps it old, for all. Therefore it is read seldom, and what
 * it says of the reading session shows how new it is. Thread-safe.
 */
final class TransactionList {

    private static final long RENEW_NANOS = Duration.ofMillis(200).toNanos();

    /** Several sources that read at the same pace would keep each other's lists old. */
    private static final long JITTER_NANOS = Duration.ofMillis(100).toNanos();

    private static final String NOW = "SELECT NOW(6)";
    private static final String BEGIN = "START TRANSACTION WITH CONSISTENT SNAPSHOT";
    private static final String ISOLATE = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
    private static final String OPEN =
            ", t.trx_started, t.trx_mysql_thread_id = connection_id(), t.trx_query, t.trx_rows_modified = 0 AND t.trx_tables_locked = 0 AND "
                    + "t.trx_lock_structs = 0, t.trx_mysql_thread_id, p.user, p.host, p.command FROM information_schema.innodb_trx t "
                    + "LEFT JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE t.trx_is_read_only = 0 OR "
                    + "t.trx_mysql_thread_id = connection_id() ORDER BY t.trx_started";

    private final ReentrantLock reading = new ReentrantLock();
    private long nextNanos = System.nanoTime();
    private volatile @Nullable Seen last;

    /**
     * What was open at some moment.
     *
     * @param since no transaction is missing that has begun before this, by the server's clock, and is still open
     * @param open those that may write, the oldest first
     */
    record Seen(Instant since, List<Listed> open) {}

    /**
     * A transaction in the list.
     *
     * @param begin when it began, cut to whole seconds
     * @param isIdle whether it has changed and locked nothing
     * @param session for people
     */
    record Listed(Instant begin, boolean isIdle, String session) {}

    /** Whether the user may see it: that needs the privilege PROCESS. */
    static boolean isVisible(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1 FROM information_schema.innodb_trx LIMIT 1")) {
            rows.next();
            return true;
        } catch (SQLException e) {
            if ("42000".equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /** The newest that is known, which another session may have read; empty before the first. */
    Optional<Seen> look(Connection connection) throws SQLException {
        if (reading.tryLock()) {
            try {
                if (System.nanoTime() - nextNanos >= 0) {
                    keep(read(connection));
                    nextNanos = System.nanoTime()
                            + RENEW_NANOS
                            + ThreadLocalRandom.current().nextLong(JITTER_NANOS);
                }
            } finally {
                reading.unlock();
            }
        }
        return Optional.ofNullable(last);
    }

    /** One that is old may say less of its age than it said when it was new. */
    private void keep(Optional<Seen> seen) {
        Seen known = last;
        if (seen.isPresent() && (known == null || !seen.get().since().isBefore(known.since()))) {
            last = seen.get();
        }
    }

    /**
     * Reads it in a transaction, and by a statement with a number that no other has. With that statement it is new; with another transaction of
     * this session, it was made after that one began; without any, nothing is known of its age.
     */
    private static Optional<Seen> read(Connection connection) throws SQLException {
        String head = "SELECT " + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
        List<Listed> open = new ArrayList<>();
        Instant since = null;
        Instant now = now(connection);
        connection.commit();
        try (Statement statement = connection.createStatement()) {
            statement.execute(ISOLATE);
            statement.execute(BEGIN);
            try (ResultSet rows = statement.executeQuery(head + OPEN)) {
                while (rows.next()) {
                    Instant begin = instant(rows.getString(2));
                    if (rows.getBoolean(3)) {
                        since = text(rows.getString(4)).startsWith(head) ? now : begin;
                    } else {
                        open.add(new Listed(begin, rows.getBoolean(5), session(rows)));
                    }
                }
            }
        }
        connection.commit();
        return Optional.ofNullable(since).map(moment -> new Seen(moment, open));
    }

    /** What the server's clock shows. */
    static Instant now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(NOW)) {
            rows.next();
            return instant(rows.getString(1));
        }
    }

    /** The session's zone is UTC. */
    private static Instant instant(String text) {
        return LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    }

    private static String session(ResultSet rows) throws SQLException {
        return "session " + rows.getString(6) + " (user " + text(rows.getString(7)) + ", host "
                + text(rows.getString(8)) + ", " + text(rows.getString(9)) + ")";
    }

    private static String text(@Nullable String value) {
        return value == null ? "unknown" : value;
    }
}
