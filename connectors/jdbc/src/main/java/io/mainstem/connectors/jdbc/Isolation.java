package io.mainstem.connectors.jdbc;

import io.mainstem.api.Origin;
import io.mainstem.api.RecordException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run of rows of which some may be bad, and finds those: all that lack their parents by one question, others by the row that the
 * database names, or by halves, where a bad row costs at most 2 log2(n) further statements. Rows stay in their order. Not thread-safe.
 */
final class Isolation {

    /** The rows, by their place in the run. */
    interface Rows {
        /** How many they are. */
        int count();

        /** Writes the rows from {@code from} to before {@code to} but for some, in one statement or several. */
        void write(int from, int to, BitSet leftOut) throws SQLException;

        /** The row that an error of {@link #write} is about, or -1 when it does not say. */
        int named(SQLException error, int from, BitSet leftOut);

        /** Of such a range, the rows that lack those which they point to, as far as the database can be asked. */
        Map<Integer, RecordException> lacking(SQLException error, int from, int to, BitSet leftOut) throws SQLException;

        /** Whether a row may change what a later one has written, so that none may be written behind its time. */
        boolean areInOrder();

        /** The message of a row. */
        Origin origin(int row);
    }

    private final Savepoint savepoint;
    private final Dialect dialect;
    private final Rows rows;
    private final BadRows bad;
    private final BitSet leftOut = new BitSet();
    private final Map<Integer, RecordException> orphans = new TreeMap<>();

    private Isolation(Connection connection, Dialect dialect, Rows rows, BadRows bad) {
        this.savepoint = new Savepoint(connection, dialect);
        this.dialect = dialect;
        this.rows = rows;
        this.bad = bad;
    }

    /** Writes what can be written of several runs, whose rows may point to one another, and tells the others. */
    static void write(Connection connection, Dialect dialect, List<? extends Rows> runs, BadRows bad)
            throws SQLException {
        List<Isolation> all = runs.stream()
                .map(run -> new Isolation(connection, dialect, run, bad))
                .toList();
        for (Isolation one : all) {
            one.write(0, one.rows.count());
        }
        int before;
        int left = orphansOf(all);
        do {
            before = left;
            for (Isolation one : all) {
                one.writeOrphans();
            }
            left = orphansOf(all);
        } while (left > 0 && left < before);
        for (Isolation one : all) {
            one.orphans.forEach((row, why) -> bad.addOrphan(one.rows.origin(row), why));
        }
    }

    private static int orphansOf(List<Isolation> all) {
        return all.stream().mapToInt(one -> one.orphans.size()).sum();
    }

    /** Writes what can be written of a range; the rows without their parents are kept aside. */
    private void write(int from, int to) throws SQLException {
        int start = leftOut.nextClearBit(from);
        while (start < to && !bad.isFull()) {
            SQLException error = tryTo(start, to);
            if (error == null) {
                return;
            }
            if (!isKeptAside(error, start, to)) {
                boolean isLast = leftOut.nextClearBit(start + 1) >= to;
                int row = isLast ? start : rows.named(error, start, leftOut);
                boolean isKnown = row >= start && row < to;
                int middle = isKnown ? row : (start + to) >>> 1;
                write(start, middle);
                if (isKnown) {
                    blame(row, error);
                }
                start = isKnown ? row + 1 : middle;
            }
            start = leftOut.nextClearBit(start);
        }
    }

    private @Nullable SQLException tryTo(int from, int to) throws SQLException {
        return savepoint.tryTo(() -> rows.write(from, to, leftOut));
    }

    private boolean isKeptAside(SQLException error, int from, int to) throws SQLException {
        Map<Integer, RecordException> found =
                dialect.fault(error) == Fault.FOREIGN_KEY ? rows.lacking(error, from, to, leftOut) : Map.of();
        orphans.putAll(found);
        found.keySet().forEach(leftOut::set);
        return !found.isEmpty();
    }

    /**
     * Writes those that were kept aside, now that other rows may have come: alone, or where a later row with the same key may have been
     * written meanwhile, by writing all rows once more in their order.
     */
    private void writeOrphans() throws SQLException {
        if (orphans.isEmpty()) {
            return;
        }
        leftOut.clear();
        if (!rows.areInOrder()) {
            leftOut.set(0, rows.count());
            orphans.keySet().forEach(leftOut::clear);
        }
        orphans.clear();
        write(0, rows.count());
    }

    private void blame(int row, SQLException error) {
        if (dialect.fault(error) == Fault.FOREIGN_KEY) {
            orphans.put(row, Faults.reason(dialect, error));
        } else {
            bad.add(rows.origin(row), Faults.reason(dialect, error));
        }
    }
}
