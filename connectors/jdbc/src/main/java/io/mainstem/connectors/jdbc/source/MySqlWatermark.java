package io.mainstem.connectors.jdbc.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * MySQL's: the highest value that was visible before the oldest open transaction began. A transaction draws a value, and is listed from its begin on, a
 * moment later at most: that moment is the delay. For a user who may not see transactions, a delay alone. One thread.
 */
final class MySqlWatermark implements Watermark {

    /** InnoDB's list may be as old as this. */
    private static final Duration LIST_AGE = Duration.ofMillis(200);

    private static final Duration DELAY_MIN = Duration.ofSeconds(2);
    private static final String NOW = "SELECT NOW(6)";
    private static final String OPEN =
            "SELECT t.trx_started, t.trx_rows_modified = 0 AND t.trx_tables_locked = 0 AND t.trx_lock_structs = 0, "
                    + "t.trx_mysql_thread_id, p.user, p.host, p.command FROM information_schema.innodb_trx t LEFT JOIN "
                    + "information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE t.trx_is_read_only = 0 AND t.trx_mysql_thread_id <> "
                    + "connection_id() "
                    + "ORDER BY t.trx_started";

    private final DelayWatermark.HighMark highMark;
    private final Duration delay;
    private final Duration idleWait;
    private final DelayWatermark blind;
    private @Nullable Boolean isBlind;
    private final NavigableMap<Instant, Optional<String>> seen = new TreeMap<>();

    /**
     * For one table.
     *
     * @param delay the most time between the drawing of a value and the begin of its transaction in the list
     * @param idleWait how long a transaction that has changed nothing is waited for
     */
    MySqlWatermark(DelayWatermark.HighMark highMark, Duration delay, Duration idleWait, Clock clock) {
        this.blind = new DelayWatermark(highMark, delay, clock);
        this.highMark = highMark;
        this.delay = delay.compareTo(DELAY_MIN) < 0 ? DELAY_MIN : delay;
        this.idleWait = idleWait;
    }

    /** Whether the user may see open transactions: that needs the privilege PROCESS. */
    static boolean canSee(Connection connection) throws SQLException {
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

    @Override
    public Mark look(Connection connection) throws SQLException {
        if (isBlind == null) {
            isBlind = !canSee(connection);
        }
        return isBlind ? blind.look(connection) : see(connection);
    }

    private Mark see(Connection connection) throws SQLException {
        Optional<String> value = highMark.read(connection);
        connection.commit();
        // Not before the value was read: who drew a lower one did so before.
        Instant now = now(connection);
        seen.put(now, value);
        Oldest oldest = oldest(connection, now);
        connection.commit();
        Instant begin = oldest.begin().isBefore(now.minus(LIST_AGE)) ? oldest.begin() : now.minus(LIST_AGE);
        Optional<OpenTransaction> heldBy =
                oldest.begin().isBefore(now.minus(delay)) ? oldest.transaction() : Optional.empty();
        Map.Entry<Instant, Optional<String>> known = seen.floorEntry(begin.minus(delay));
        if (known == null) {
            return new Mark(Optional.empty(), false, heldBy);
        }
        seen.headMap(known.getKey(), false).clear();
        return new Mark(known.getValue().map(bound -> new Bound(bound, true)), true, heldBy);
    }

    /** The oldest transaction that is waited for, and its begin; without one, no begin is older. */
    private record Oldest(Instant begin, Optional<OpenTransaction> transaction) {}

    private Oldest oldest(Connection connection, Instant now) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(OPEN)) {
            while (rows.next()) {
                Instant begin = instant(rows.getString(1));
                boolean isForgotten = rows.getBoolean(2) && begin.plus(idleWait).isBefore(now);
                if (!isForgotten) {
                    return new Oldest(begin, Optional.of(described(rows, begin, now)));
                }
            }
            return new Oldest(Instant.MAX, Optional.empty());
        }
    }

    private static Instant now(Connection connection) throws SQLException {
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

    private static OpenTransaction described(ResultSet rows, Instant begin, Instant now) throws SQLException {
        String description = "session " + rows.getString(3) + " (user " + text(rows.getString(4)) + ", host "
                + text(rows.getString(5)) + ", " + text(rows.getString(6)) + "), which began "
                + Duration.between(begin, now).toSeconds() + " s ago";
        return new OpenTransaction(
                rows.getString(3),
                false,
                OptionalLong.of(begin.toEpochMilli() * 1_000),
                !rows.getBoolean(2),
                description);
    }

    private static String text(@Nullable String value) {
        return value == null ? "unknown" : value;
    }
}
