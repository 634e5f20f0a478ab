package io.mainstem.connectors.jdbc;

import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes with prepared statements, in batches, for any database. Rows are kept in memory until the transaction is finished,
 * so that it is short. Not thread-safe.
 */
final class StatementWriter implements RowWriter {

    private static final int BATCH_ROWS = 500;
    private static final int ROW_BYTES_ESTIMATE = 64;

    private final Connection connection;
    private final Dialect dialect;
    private final Transaction transaction;
    private final StatementColumn.Finder columns;
    private final Map<TablePlan, Writer> writers = new HashMap<>();
    private final List<Pending> rows = new ArrayList<>();
    private long bytes;

    private record Pending(TablePlan plan, Row row, boolean deleted, Origin origin) {}

    /** The statements and setters of one plan. */
    private record Writer(String write, String delete, List<StatementColumn> columns) {}

    StatementWriter(Connection connection, Dialect dialect, Transaction transaction, StatementColumn.Finder columns) {
        this.connection = connection;
        this.dialect = dialect;
        this.transaction = transaction;
        this.columns = columns;
    }

    @Override
    public void add(TablePlan plan, Row value, Message message) throws BadValueException {
        take(plan, value, false, message);
    }

    @Override
    public void delete(TablePlan plan, Row key, Message message) throws BadValueException {
        take(plan, key, true, message);
    }

    private void take(TablePlan plan, Row row, boolean deleted, Message message) throws BadValueException {
        int keys = plan.key().size();
        for (int i = 0; i < plan.bindings().size(); i++) {
            TablePlan.Binding binding = plan.bindings().get(i);
            if (row.isNull(binding.field()) && (i < keys || !binding.column().nullable())) {
                throw new BadValueException(
                        BadValueException.NULL,
                        binding.column().name(),
                        "may not be null, and the record has no value for it");
            }
        }
        rows.add(new Pending(plan, row, deleted, message.origin().orElseThrow()));
        bytes += (long) ROW_BYTES_ESTIMATE * (plan.bindings().size() + 1);
    }

    @Override
    public int rows() {
        return rows.size();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean isBroken() {
        return false;
    }

    @Override
    public void settle() {}

    @Override
    public void finish() throws SQLException {
        transaction.begin();
        write(0, rows.size());
    }

    /** Writes runs of rows that have one statement. */
    private void write(int from, int to) throws SQLException {
        int start = from;
        while (start < to) {
            Pending first = rows.get(start);
            int end = start + 1;
            while (end < to
                    && rows.get(end).plan() == first.plan()
                    && rows.get(end).deleted() == first.deleted()) {
                end++;
            }
            writeRun(start, end);
            start = end;
        }
    }

    private void writeRun(int from, int to) throws SQLException {
        Pending first = rows.get(from);
        Writer writer = writer(first.plan());
        try (PreparedStatement statement =
                connection.prepareStatement(first.deleted() ? writer.delete() : writer.write())) {
            for (int i = from; i < to; i++) {
                bind(statement, writer, i);
                statement.addBatch();
                if ((i - from) % BATCH_ROWS == BATCH_ROWS - 1) {
                    statement.executeBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private void bind(PreparedStatement statement, Writer writer, int index) throws SQLException {
        Pending pending = rows.get(index);
        int count = pending.deleted()
                ? pending.plan().key().size()
                : writer.columns().size();
        for (int i = 0; i < count; i++) {
            int field = pending.plan().bindings().get(i).field();
            if (pending.row().isNull(field)) {
                statement.setObject(i + 1, null);
                continue;
            }
            try {
                writer.columns().get(i).set(statement, i + 1, pending.row(), field);
            } catch (BadValueException e) {
                throw new UnfitRowException(index, e);
            }
        }
    }

    /** A value that its column cannot hold, found while the statement was made. */
    private static final class UnfitRowException extends SQLException {
        private static final long serialVersionUID = 1L;
        private final int row;

        UnfitRowException(int row, BadValueException cause) {
            super(cause.getMessage(), "22000", cause);
            this.row = row;
        }
    }

    private Writer writer(TablePlan plan) {
        Writer known = writers.get(plan);
        if (known == null) {
            List<StatementColumn> setters = plan.bindings().stream()
                    .map(binding -> columns.find(binding.type(), binding.column()))
                    .toList();
            known = new Writer(insert(dialect, plan), delete(dialect, plan), setters);
            writers.put(plan, known);
        }
        return known;
    }

    static String insert(Dialect dialect, TablePlan plan) {
        List<String> names = plan.columnNames();
        String insert = "INSERT INTO " + dialect.quote(plan.table().name()) + " (" + dialect.quote(names) + ") VALUES ("
                + names.stream().map(name -> "?").collect(Collectors.joining(", ")) + ")";
        if (plan.key().isEmpty()) {
            return insert;
        }
        String updates = names.stream()
                .filter(name -> !plan.key().contains(name))
                .map(name -> dialect.quote(name) + " = excluded." + dialect.quote(name))
                .collect(Collectors.joining(", "));
        return insert + " ON CONFLICT (" + dialect.quote(plan.key()) + ") DO "
                + (updates.isEmpty() ? "NOTHING" : "UPDATE SET " + updates);
    }

    static String delete(Dialect dialect, TablePlan plan) {
        return "DELETE FROM " + dialect.quote(plan.table().name()) + " WHERE "
                + plan.key().stream().map(name -> dialect.quote(name) + " = ?").collect(Collectors.joining(" AND "));
    }

    @Override
    public void finishCarefully(BadRows bad) throws SQLException {
        Isolation isolation = new Isolation(connection, dialect, new PendingRows(), bad);
        isolation.write(0, rows.size());
        isolation.writeOrphans(rows.stream().anyMatch(row -> !row.plan().key().isEmpty()), rows.size());
    }

    private final class PendingRows implements Isolation.Rows {
        @Override
        public void write(int from, int to) throws SQLException {
            StatementWriter.this.write(from, to);
        }

        @Override
        public int named(SQLException error, int from) {
            return error instanceof UnfitRowException unfit ? unfit.row : -1;
        }

        @Override
        public Origin origin(int row) {
            return rows.get(row).origin();
        }
    }

    @Override
    public void clear(boolean committed) {
        rows.clear();
        bytes = 0;
    }

    @Override
    public void close() {
        clear(false);
    }
}
