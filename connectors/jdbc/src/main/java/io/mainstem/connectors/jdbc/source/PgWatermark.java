package io.mainstem.connectors.jdbc.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's: from the high mark and the list of open transactions. One thread. */
final class PgWatermark implements Watermark {

    private static final String WRITE_LOCKS =
            "('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')";
    private static final String FAMILY = "WITH RECURSIVE family(oid) AS (SELECT to_regclass(?)::oid UNION SELECT "
            + "i.inhrelid FROM pg_inherits i JOIN family f ON i.inhparent = f.oid) ";
    private static final String FACTS = ", (extract(epoch FROM a.xact_start) * 1000000)::bigint, extract(epoch FROM "
            + "clock_timestamp() - a.xact_start)::bigint, a.usename, a.application_name, a.state, a.query_start::text";
    private static final String WRITERS = "SELECT l.virtualtransaction, l.pid" + FACTS
            + ", true FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'relation' AND "
            + "l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.relation IN (SELECT oid FROM "
            + "family) AND l.granted AND l.mode IN " + WRITE_LOCKS + " AND l.pid IS DISTINCT FROM pg_backend_pid()";
    private static final String ALL = "SELECT v.virtualtransaction, v.pid" + FACTS
            + ", EXISTS (SELECT FROM pg_locks w WHERE w.virtualtransaction = v.virtualtransaction AND w.locktype = 'relation' AND "
            + "w.relation IN (SELECT oid FROM family) AND w.granted AND w.mode IN " + WRITE_LOCKS
            + ") FROM pg_locks v JOIN pg_stat_activity a ON a.pid = v.pid WHERE v.locktype = 'virtualxid' AND v.mode = "
            + "'ExclusiveLock' AND v.granted AND v.pid <> pg_backend_pid() AND a.datname = current_database() AND "
            + "coalesce(a.application_name, '') <> '" + PgSourceDialect.APPLICATION
            + "' AND coalesce(a.backend_type, '') NOT IN ('autovacuum worker', 'walsender')";
    private static final String PREPARED = "SELECT '-1/' || p.transaction, NULL::int, NULL::bigint, extract(epoch FROM "
            + "clock_timestamp() - p.prepared)::bigint, p.owner, p.gid, 'prepared', NULL::text, true FROM pg_prepared_xacts p WHERE p.database = "
            + "current_database()";

    /**
     * A transaction has its time when its first statement arrives, and its lock is seen a little later: a begin can be this much older
     * than a list in which it is missing.
     */
    private static final long MARGIN_MICROS = 1_000_000;

    /** No clock was ever put back by more. */
    private static final Duration CLOCK_CHANGES_WITHIN = Duration.ofHours(26);

    private final String highMark;
    private final String list;
    private final String table;
    private final boolean isTime;
    private final boolean hasZone;
    private final ZoneId zone;
    private final long marginMicros;
    private final long waitMicros;
    private final System.Logger logger;
    private final Sightings sightings = new Sightings();
    /** By look: the highest value that was visible before its list, or the time. */
    private final TreeMap<Integer, Optional<String>> values = new TreeMap<>();

    private final TreeMap<Integer, Long> times = new TreeMap<>();
    private final Set<String> passed = new HashSet<>();
    private final Set<String> reported = new HashSet<>();
    private long firstMicros = Long.MAX_VALUE;

    PgWatermark(TablePlan plan, SourceSettings settings, SourceDialect dialect, System.Logger logger) {
        OrderColumn cursor = plan.cursor();
        this.isTime = plan.settings().mode().hasTime();
        this.hasZone = PgSourceDialect.hasZone(plan);
        this.zone = settings.cursorZone().orElse(ZoneOffset.UTC);
        this.highMark = "SELECT "
                + (isTime ? "NULL::text" : "(SELECT max(" + cursor.expression() + ")::text FROM " + plan.from() + ")")
                + ", (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
        boolean all = !plan.facts().isTable()
                || settings.openTransactions()
                                .orElse(
                                        isTime
                                                ? SourceOptions.OpenTransactions.ALL
                                                : SourceOptions.OpenTransactions.WRITING)
                        == SourceOptions.OpenTransactions.ALL;
        this.marginMicros = all && isTime ? MARGIN_MICROS : 0;
        this.list = FAMILY + (all ? ALL + " UNION ALL " + PREPARED : WRITERS);
        this.table = plan.facts().isTable() ? dialect.quote(plan.facts().id()) : "";
        this.waitMicros = settings.idleTransactionWait().toNanos() / 1_000;
        this.logger = logger;
    }

    @Override
    public Mark look(Connection connection) throws SQLException {
        Optional<String> value;
        final long micros;
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(highMark)) {
            found.next();
            value = Optional.ofNullable(found.getString(1));
            micros = found.getLong(2);
        }
        Collection<OpenTransaction> open = list(connection);
        connection.commit();
        firstMicros = Math.min(firstMicros, micros);
        if (!isTime) {
            open = open.stream()
                    .filter(transaction -> isWaitedFor(transaction, micros))
                    .toList();
        }
        int look = sightings.look(open);
        values.put(look, value);
        times.put(look, micros - marginMicros);
        Mark mark = isTime ? time(micros, open) : number(open);
        values.headMap(Math.max(0, sightings.lowest())).clear();
        times.headMap(Math.max(0, sightings.lowest())).clear();
        return mark;
    }

    private Collection<OpenTransaction> list(Connection connection) throws SQLException {
        Map<String, OpenTransaction> open = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(list)) {
            statement.setString(1, table.isEmpty() ? null : table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    OpenTransaction transaction = transaction(found);
                    open.put(transaction.id(), transaction);
                }
            }
        }
        return open.values();
    }

    private static OpenTransaction transaction(ResultSet found) throws SQLException {
        long start = found.getLong(3);
        OptionalLong startMicros = found.wasNull() ? OptionalLong.empty() : OptionalLong.of(start);
        boolean isPrepared = found.getString(1).startsWith("-1/");
        String description = (isPrepared ? "prepared transaction" : "process " + found.getInt(2)) + " (user "
                + shown(found.getString(5)) + ", " + shown(found.getString(6)) + ", " + shown(found.getString(7))
                + ", open for " + shown(found.getString(4)) + " s, its statement began at " + shown(found.getString(8))
                + ")";
        return new OpenTransaction(found.getString(1), isPrepared, startMicros, found.getBoolean(9), description);
    }

    private static String shown(@Nullable String value) {
        return value == null || value.isEmpty() ? "unknown" : value;
    }

    private Mark number(Collection<OpenTransaction> open) {
        int lowest = sightings.lowest();
        Optional<OpenTransaction> heldBy =
                open.stream().min(Comparator.comparingInt(transaction -> sightings.lastWithout(transaction.id())));
        Optional<Bound> bound = lowest < 0
                ? Optional.empty()
                : values.getOrDefault(lowest, Optional.empty()).map(value -> new Bound(value, true));
        return new Mark(bound, lowest >= 0, heldBy.map(PgWatermark::named));
    }

    private boolean isWaitedFor(OpenTransaction transaction, long micros) {
        return transaction.writes() || micros - transaction.startMicros().orElse(firstMicros) < waitMicros;
    }

    private Mark time(long micros, Collection<OpenTransaction> open) {
        long lowest = micros - marginMicros;
        Optional<OpenTransaction> heldBy = Optional.empty();
        for (OpenTransaction transaction : open) {
            long start = start(transaction);
            if (isPassed(transaction, start, micros)) {
                continue;
            }
            if (start < lowest) {
                lowest = start;
                heldBy = Optional.of(transaction);
            }
        }
        Set<String> ids = new HashSet<>();
        open.forEach(transaction -> ids.add(transaction.id()));
        passed.retainAll(ids);
        reported.retainAll(ids);
        return lowest == Long.MIN_VALUE
                ? new Mark(Optional.empty(), false, heldBy.map(PgWatermark::named))
                : new Mark(
                        Optional.of(new Bound(text(lowest), false)),
                        lowest >= firstMicros,
                        heldBy.map(PgWatermark::named));
    }

    private static String named(OpenTransaction transaction) {
        return "the open transaction of " + transaction;
    }

    private long start(OpenTransaction transaction) {
        int without = sightings.lastWithout(transaction.id());
        long seen = times.getOrDefault(without, Long.MIN_VALUE);
        return transaction.isPrepared() ? seen : transaction.startMicros().orElse(seen);
    }

    /** Whether it has had its time without writing. Says so when it writes after all. */
    private boolean isPassed(OpenTransaction transaction, long start, long micros) {
        if (transaction.writes()) {
            if (passed.contains(transaction.id()) && reported.add(transaction.id())) {
                logger.log(
                        System.Logger.Level.WARNING,
                        "{0} began to write to {1} after the source had read past its begin at {2}: rows that carry that time are "
                                + "missed; raise ''idle-transaction-wait'', and read again from {2}",
                        transaction,
                        table,
                        start == Long.MIN_VALUE ? "an unknown time" : text(start));
            }
            return passed.contains(transaction.id());
        }
        long since = start == Long.MIN_VALUE ? firstMicros : start;
        return micros - since >= waitMicros && (passed.add(transaction.id()) || passed.contains(transaction.id()));
    }

    private String text(long micros) {
        return hasZone
                ? PgDecoders.instant(micros).toString()
                : wall(PgDecoders.instant(micros), zone).toString();
    }

    /**
     * The time on the wall below which no later row can come: before clocks are put back it stops at the hour that comes twice, until that
     * has begun for the second time.
     */
    static LocalDateTime wall(Instant instant, ZoneId zone) {
        LocalDateTime lowest = LocalDateTime.ofInstant(instant, zone);
        Instant horizon = instant.plus(CLOCK_CHANGES_WITHIN);
        ZoneOffsetTransition next = zone.getRules().nextTransition(instant);
        while (next != null && next.getInstant().isBefore(horizon)) {
            lowest = next.getDateTimeAfter().isBefore(lowest) ? next.getDateTimeAfter() : lowest;
            next = zone.getRules().nextTransition(next.getInstant());
        }
        return lowest;
    }
}
