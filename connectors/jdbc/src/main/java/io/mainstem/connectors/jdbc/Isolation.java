package io.mainstem.connectors.jdbc;

import io.mainstem.api.Origin;
import io.mainstem.api.RecordException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run of rows of which some may be bad, and finds those: by the row that the database names, or by halves. Every
 * row is written at most twice when the database names the bad ones; otherwise a bad row costs at most 2 log2(n) further
 * statements. Rows stay in their order. Not thread-safe.
 */
final class Isolation {

    /** The rows, by their place in the run. */
    interface Rows {
        /** Writes the rows from {@code from} to before {@code to}, in one statement or several. */
        void write(int from, int to) throws SQLException;

        /** The row that an error of {@link #write} is about, or -1 when it does not say. */
        int named(SQLException error, int from);

        /** The message of a row. */
        Origin origin(int row);
    }

    private final Savepoint savepoint;
    private final Dialect dialect;
    private final Rows rows;
    private final BadRows bad;
    private final List<Integer> orphans = new ArrayList<>();

    Isolation(Connection connection, Dialect dialect, Rows rows, BadRows bad) {
        this.savepoint = new Savepoint(connection, dialect);
        this.dialect = dialect;
        this.rows = rows;
        this.bad = bad;
    }

    /** Writes what can be written of a range; the rows without their parents are kept aside. */
    void write(int from, int to) throws SQLException {
        int start = from;
        while (start < to && !bad.isFull()) {
            SQLException error = tryWrite(start, to);
            if (error == null) {
                return;
            }
            int row = to - start == 1 ? start : rows.named(error, start);
            if (row < start || row >= to) {
                int middle = (start + to) >>> 1;
                write(start, middle);
                start = middle;
                continue;
            }
            write(start, row);
            blame(row, error);
            start = row + 1;
        }
    }

    /** Whether rows were kept aside. */
    boolean hasOrphans() {
        return !orphans.isEmpty();
    }

    /**
     * Writes those that were kept aside, now that other rows may have come: alone, or where a later row with the same key may
     * have been written meanwhile, by writing all rows once more in their order.
     */
    void writeOrphans(boolean inOrder, int count) throws SQLException {
        if (inOrder && hasOrphans()) {
            orphans.clear();
            write(0, count);
            for (int row : orphans) {
                bad.addOrphan(
                        rows.origin(row),
                        new RecordException("23503", "the row that its foreign key points to did not come"));
            }
            return;
        }
        for (int row : orphans) {
            SQLException error = bad.isFull() ? null : tryWrite(row, row + 1);
            if (error == null) {
                continue;
            }
            if (dialect.fault(error) == Fault.FOREIGN_KEY) {
                bad.addOrphan(rows.origin(row), Faults.reason(error));
            } else {
                bad.add(rows.origin(row), Faults.reason(error));
            }
        }
        orphans.clear();
    }

    private void blame(int row, SQLException error) {
        if (dialect.fault(error) == Fault.FOREIGN_KEY) {
            orphans.add(row);
        } else {
            bad.add(rows.origin(row), Faults.reason(error));
        }
    }

    private @Nullable SQLException tryWrite(int from, int to) throws SQLException {
        return from >= to ? null : savepoint.tryTo(() -> rows.write(from, to));
    }
}
