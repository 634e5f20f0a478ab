package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One plan's column writers and its way into the table: straight, where each message adds a row, or by a temporary table, which
 * has the place of each row in the order and whether it deletes. Not thread-safe.
 */
final class CopyPlan {

    private static final Set<String> EQUAL_BY_BYTES = Set.of(
            "int2", "int4", "int8", "uuid", "date", "timestamp", "timestamptz", "bool", "bytea", "text", "varchar");

    private final TablePlan plan;
    private final CopyStage stage;
    private final CopyColumn[] writers;
    private final CopyColumn[] keyWriters;
    private final int[] fields;
    private final ColumnInfo[] columns;
    private final boolean keysEqualByBytes;
    private @Nullable TablePlan deletePlan;
    private CopyColumn[] deleteWriters = {};
    private int[] deleteFields = {};

    CopyPlan(TablePlan plan, Dialect dialect, int number) {
        this.plan = plan;
        this.stage = new CopyStage(plan, dialect, number);
        int size = plan.bindings().size();
        this.writers = new CopyColumn[size];
        this.fields = new int[size];
        this.columns = new ColumnInfo[size];
        for (int i = 0; i < size; i++) {
            TablePlan.Binding binding = plan.bindings().get(i);
            columns[i] = binding.column();
            fields[i] = binding.field();
            writers[i] = PgColumns.of(binding.type(), binding.column());
        }
        this.keyWriters = new CopyColumn[plan.key().size()];
        boolean byBytes = true;
        for (int i = 0; i < keyWriters.length; i++) {
            keyWriters[i] = PgColumns.of(dialect.typeOf(columns[i]), columns[i]);
            byBytes &= EQUAL_BY_BYTES.contains(columns[i].type());
        }
        this.keysEqualByBytes = byBytes;
    }

    TablePlan plan() {
        return plan;
    }

    CopyStage stage() {
        return stage;
    }

    /** Whether two keys are equal exactly when their bytes are. */
    boolean keysEqualByBytes() {
        return keysEqualByBytes;
    }

    /**
     * Writes a row.
     *
     * @return the hash of its key, or 0 without one
     */
    long encode(Row row, int order, CopyOutput out) throws BadValueException, SQLException {
        int keys = keyWriters.length;
        out.startRow(stage.isUsed() ? writers.length + 2 : writers.length);
        long hash = 0;
        for (int i = 0; i < writers.length; i++) {
            encode(row, i, writers[i], fields[i], out);
            if (i == keys - 1) {
                hash = out.hash(2);
            }
        }
        endStaged(order, false, out);
        return hash;
    }

    /** Writes a row of the key, and of what the sink fills itself, which stands for a deletion. */
    long encodeDelete(TablePlan by, Row key, int order, CopyOutput out) throws BadValueException, SQLException {
        bindDeletes(by);
        out.startRow(writers.length + 2);
        long hash = 0;
        for (int i = 0; i < writers.length; i++) {
            if (deleteFields[i] < 0 || i >= keyWriters.length && key.isNull(deleteFields[i])) {
                out.nullValue();
            } else {
                encode(key, i, deleteWriters[i], deleteFields[i], out);
            }
            if (i == keyWriters.length - 1) {
                hash = out.hash(2);
            }
        }
        endStaged(order, true, out);
        return hash;
    }

    /** Finds the columns of a plan for deletions among these. */
    private void bindDeletes(TablePlan by) {
        if (by == deletePlan) {
            return;
        }
        deletePlan = by;
        stage.deletesBy(by.effect());
        deleteFields = new int[columns.length];
        deleteWriters = new CopyColumn[columns.length];
        for (int i = 0; i < columns.length; i++) {
            int place = by.indexOf(columns[i].name());
            deleteFields[i] = place < 0 ? -1 : by.bindings().get(place).field();
            deleteWriters[i] = i < keyWriters.length
                    ? keyWriters[i]
                    : place < 0
                            ? writers[i]
                            : PgColumns.of(by.bindings().get(place).type(), columns[i]);
        }
    }

    private void encode(Row row, int column, CopyColumn writer, int field, CopyOutput out)
            throws BadValueException, SQLException {
        if (!row.isNull(field)) {
            writer.write(row, field, out);
            return;
        }
        if (!columns[column].nullable()) {
            throw new BadValueException(
                    BadValueException.NULL,
                    columns[column].name(),
                    "may not be null, and the record has no value for it");
        }
        if (column < keyWriters.length) {
            throw new BadValueException(
                    BadValueException.NULL,
                    columns[column].name(),
                    "is part of the key, and the record has no value for it");
        }
        out.nullValue();
    }

    private void endStaged(int order, boolean deleted, CopyOutput out) throws SQLException {
        if (stage.isUsed()) {
            out.intValue(order);
            out.byteValue(deleted ? 1 : 0);
        }
    }
}
