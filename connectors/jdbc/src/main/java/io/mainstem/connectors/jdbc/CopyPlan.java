package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One plan's statements and column writers. For upserts the rows go into a temporary table first, each with its place in the
 * order and whether it deletes, and from there into the table at once. Not thread-safe.
 */
final class CopyPlan {

    private static final String ORDER = "mainstem_order";
    private static final String DELETED = "mainstem_deleted";
    private static final Set<String> EQUAL_BY_BYTES = Set.of(
            "int2", "int4", "int8", "uuid", "date", "timestamp", "timestamptz", "bool", "bytea", "text", "varchar");

    private final TablePlan plan;
    private final Dialect dialect;
    private final String stage;
    private final CopyColumn[] writers;
    private final CopyColumn[] keyWriters;
    private final int[] fields;
    private final ColumnInfo[] columns;
    private final boolean keysEqualByBytes;
    private boolean stageMade;
    private boolean stageUsed;

    CopyPlan(TablePlan plan, Dialect dialect, int number) {
        this(plan, dialect, number, writers(plan), keyWriters(plan, dialect));
    }

    private CopyPlan(TablePlan plan, Dialect dialect, int number, CopyColumn[] writers, CopyColumn[] keyWriters) {
        this.plan = plan;
        this.dialect = dialect;
        this.stage = dialect.quote("mainstem_stage_" + number);
        this.writers = writers;
        this.keyWriters = keyWriters;
        int size = plan.bindings().size();
        this.fields = new int[size];
        this.columns = new ColumnInfo[size];
        for (int i = 0; i < size; i++) {
            columns[i] = plan.bindings().get(i).column();
            fields[i] = plan.bindings().get(i).field();
        }
        boolean byBytes = true;
        for (int i = 0; i < plan.key().size(); i++) {
            byBytes &= EQUAL_BY_BYTES.contains(columns[i].type());
        }
        this.keysEqualByBytes = byBytes;
    }

    /** One that gives the statements and writes nothing: also for a table that is not there yet. */
    static CopyPlan toShow(TablePlan plan, Dialect dialect) {
        return new CopyPlan(plan, dialect, 1, new CopyColumn[0], new CopyColumn[0]);
    }

    private static CopyColumn[] writers(TablePlan plan) {
        return plan.bindings().stream()
                .map(binding -> PgColumns.of(binding.type(), binding.column()))
                .toArray(CopyColumn[]::new);
    }

    private static CopyColumn[] keyWriters(TablePlan plan, Dialect dialect) {
        return plan.bindings().stream()
                .limit(plan.key().size())
                .map(TablePlan.Binding::column)
                .map(column -> PgColumns.of(dialect.typeOf(column), column))
                .toArray(CopyColumn[]::new);
    }

    TablePlan plan() {
        return plan;
    }

    boolean isStaged() {
        return !plan.key().isEmpty();
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
        out.startRow(isStaged() ? writers.length + 2 : writers.length);
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

    /** Writes a row of the key alone, which stands for a deletion. */
    long encodeDelete(Row key, int order, CopyOutput out) throws BadValueException, SQLException {
        out.startRow(writers.length + 2);
        for (int i = 0; i < keyWriters.length; i++) {
            encode(key, i, keyWriters[i], i, out);
        }
        long hash = out.hash(2);
        for (int i = keyWriters.length; i < writers.length; i++) {
            out.nullValue();
        }
        endStaged(order, true, out);
        return hash;
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
        if (isStaged()) {
            out.intValue(order);
            out.byteValue(deleted ? 1 : 0);
        }
    }

    /** What makes the temporary table ready; null when it is. */
    @Nullable
    String prepareStage() {
        boolean made = stageMade;
        boolean used = stageUsed;
        stageMade = true;
        stageUsed = true;
        if (!made) {
            return "DROP TABLE IF EXISTS pg_temp." + stage + "; CREATE TEMP TABLE " + stage
                    + " ON COMMIT DELETE ROWS AS SELECT "
                    + dialect.quote(plan.columnNames()) + ", 0 AS " + ORDER + ", false AS " + DELETED + " FROM "
                    + dialect.quote(plan.table().name()) + " WITH NO DATA";
        }
        return used ? "TRUNCATE pg_temp." + stage : null;
    }

    /** The transaction ended; when it was rolled back, the temporary table may be gone. */
    void ended(boolean committed) {
        stageUsed = false;
        stageMade &= committed;
    }

    /** The name that PostgreSQL gives in messages about the copied rows. */
    String copiedInto() {
        return isStaged() ? stage.replace("\"", "") : plan.table().name().name();
    }

    String copy() {
        String names = dialect.quote(plan.columnNames());
        return isStaged()
                ? "COPY pg_temp." + stage + " (" + names + ", " + ORDER + ", " + DELETED
                        + ") FROM STDIN (FORMAT binary)"
                : "COPY " + dialect.quote(plan.table().name()) + " (" + names + ") FROM STDIN (FORMAT binary)";
    }

    /** The statements that bring the staged rows into the table, the last of each key. */
    List<String> merge(boolean repeatedKeys, boolean deletes, boolean rows) {
        String keys = dialect.quote(plan.key());
        String source = repeatedKeys
                ? "(SELECT DISTINCT ON (" + keys + ") * FROM pg_temp." + stage + " ORDER BY " + keys + ", " + ORDER
                        + " DESC)"
                : "pg_temp." + stage;
        List<String> statements = new ArrayList<>();
        if (deletes) {
            statements.add("DELETE FROM " + dialect.quote(plan.table().name()) + " AS t USING " + source
                    + " AS s WHERE s." + DELETED
                    + plan.key().stream()
                            .map(column -> " AND t." + dialect.quote(column) + " = s." + dialect.quote(column))
                            .collect(Collectors.joining()));
        }
        if (rows) {
            statements.add(upsert(source, keys));
        }
        return statements;
    }

    private String upsert(String source, String keys) {
        String names = dialect.quote(plan.columnNames());
        String updates = plan.columnNames().stream()
                .filter(column -> !plan.key().contains(column))
                .map(column -> dialect.quote(column) + " = excluded." + dialect.quote(column))
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + dialect.quote(plan.table().name()) + " (" + names + ") OVERRIDING SYSTEM VALUE SELECT "
                + names
                + " FROM " + source + " AS s WHERE NOT " + DELETED + " ON CONFLICT (" + keys + ") DO "
                + (updates.isEmpty() ? "NOTHING" : "UPDATE SET " + updates);
    }
}
