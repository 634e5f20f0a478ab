package io.mainstem.connectors.jdbc;

import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.RecordException;
import io.mainstem.api.Row;
import io.mainstem.api.TopicPartition;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes with prepared statements, in batches, for any database. Rows are kept in memory as parameters until the transaction
 * is finished, so that it is short. Not thread-safe.
 */
final class StatementWriter implements RowWriter {

    private static final int BATCH_ROWS = 500;
    private static final int VALUE_BYTES_ESTIMATE = 48;

    private final Connection connection;
    private final Dialect dialect;
    private final Transaction transaction;
    private final StatementColumn.Finder columns;
    private final Map<TablePlan, Writer> writers = new HashMap<>();
    private final List<Pending> rows = new ArrayList<>();
    private long bytes;
    private long unmatched;
    private long leftOut;

    private record Pending(TablePlan plan, List<@Nullable Object> parameters, Origin origin) {}

    /** The statements and columns of one plan. */
    private record Writer(List<RowStatements.Sql> statements, List<StatementColumn> columns) {}

    StatementWriter(Connection connection, Dialect dialect, Transaction transaction, StatementColumn.Finder columns) {
        this.connection = connection;
        this.dialect = dialect;
        this.transaction = transaction;
        this.columns = columns;
    }

    @Override
    public void add(TablePlan plan, Row value, Message message) throws BadValueException {
        take(plan, value, message);
    }

    @Override
    public void delete(TablePlan plan, Row key, Message message) throws BadValueException {
        take(plan, key, message);
    }

    private void take(TablePlan plan, Row row, Message message) throws BadValueException {
        Writer writer = writer(plan);
        @Nullable Object[] parameters = new @Nullable Object[plan.bindings().size()];
        long size = 0;
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = parameter(plan, row, i, writer.columns().get(i));
            size += size(parameters[i]);
        }
        rows.add(new Pending(plan, Arrays.asList(parameters), message.origin().orElseThrow()));
        bytes += size;
    }

    private static @Nullable Object parameter(TablePlan plan, Row row, int index, StatementColumn column)
            throws BadValueException {
        TablePlan.Binding binding = plan.bindings().get(index);
        if (!row.isNull(binding.field())) {
            return column.parameter(row, binding.field());
        }
        if (index < plan.key().size() || !binding.column().nullable()) {
            throw new BadValueException(
                    BadValueException.NULL,
                    binding.column().name(),
                    "may not be null, and the record has no value for it");
        }
        return null;
    }

    private static long size(@Nullable Object value) {
        long variable =
                value instanceof String text ? 2L * text.length() : value instanceof byte[] some ? some.length : 0;
        return VALUE_BYTES_ESTIMATE + variable;
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
    public long leftOut() {
        return leftOut;
    }

    @Override
    public boolean isBroken() {
        return false;
    }

    @Override
    public void settle() {}

    @Override
    public long unmatched() {
        return unmatched;
    }

    @Override
    public void finish() throws SQLException {
        transaction.begin();
        unmatched = 0;
        leftOut = 0;
        write(0, rows.size());
    }

    /** Writes runs of rows that have the same statements. */
    private void write(int from, int to) throws SQLException {
        int start = from;
        while (start < to) {
            int end = endOfRun(start, to);
            writeRun(start, end);
            start = end;
        }
    }

    /** A run of versions has each key once, since all of a run are closed before the first is added. */
    private int endOfRun(int start, int to) {
        TablePlan plan = rows.get(start).plan();
        Set<List<@Nullable Object>> keys = new HashSet<>();
        int end = start;
        while (end < to
                && rows.get(end).plan() == plan
                && (plan.effect() != Effect.VERSION || end - start < BATCH_ROWS && keys.add(key(rows.get(end))))) {
            end++;
        }
        return end;
    }

    private static List<@Nullable Object> key(Pending row) {
        List<@Nullable Object> key = new ArrayList<>();
        for (int i = 0; i < row.plan().key().size(); i++) {
            Object value = row.parameters().get(i);
            key.add(value instanceof BigDecimal number ? number.stripTrailingZeros() : value);
        }
        return key;
    }

    private void writeRun(int from, int to) throws SQLException {
        Writer writer = writer(rows.get(from).plan());
        for (RowStatements.Sql sql : writer.statements()) {
            try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
                for (int i = from; i < to; i++) {
                    bind(statement, sql, writer, rows.get(i));
                    statement.addBatch();
                    if ((i - from) % BATCH_ROWS == BATCH_ROWS - 1 || i == to - 1) {
                        count(rows.get(from).plan(), statement.executeBatch());
                    }
                }
            }
        }
    }

    private void count(TablePlan plan, int[] counts) {
        long none = Arrays.stream(counts).filter(count -> count == 0).count();
        switch (plan.effect()) {
            case UPDATE -> unmatched += none;
            case INSERT -> leftOut += none;
            default -> {}
        }
    }

    private static void bind(PreparedStatement statement, RowStatements.Sql sql, Writer writer, Pending row)
            throws SQLException {
        for (int i = 0; i < sql.parameters().size(); i++) {
            int column = sql.parameters().get(i);
            Object value = row.parameters().get(column);
            if (value == null) {
                statement.setNull(i + 1, writer.columns().get(column).nullType());
            } else {
                statement.setObject(i + 1, value);
            }
        }
    }

    private Writer writer(TablePlan plan) {
        Writer known = writers.get(plan);
        if (known == null) {
            List<StatementColumn> found = plan.bindings().stream()
                    .map(binding -> columns.find(binding.type(), binding.column()))
                    .toList();
            known = new Writer(RowStatements.of(plan, dialect), found);
            writers.put(plan, known);
        }
        return known;
    }

    @Override
    public Turns.Left finishInTurns(boolean immediate) throws SQLException {
        unmatched = 0;
        leftOut = 0;
        List<PlanRun> runs = new ArrayList<>();
        int start = 0;
        while (start < rows.size()) {
            int end = endOfRun(start, rows.size());
            runs.add(new PlanRun(start, end));
            start = end;
        }
        return new Turns(new Savepoint(connection, dialect), dialect).write(runs);
    }

    /** Rows of one plan. */
    private final class PlanRun implements Turns.Run {
        private final int from;
        private final int to;

        PlanRun(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public String table() {
            return rows.get(from).plan().table().identity();
        }

        @Override
        public void write() throws SQLException {
            writeRun(from, to);
        }

        @Override
        public Set<TopicPartition> partitions() {
            Set<TopicPartition> partitions = new HashSet<>();
            rows.subList(from, to).forEach(row -> partitions.add(row.origin().partition()));
            return partitions;
        }
    }

    @Override
    public void finishCarefully(BadRows bad) throws SQLException {
        unmatched = 0;
        leftOut = 0;
        Isolation.write(connection, dialect, List.of(new PendingRows()), bad);
    }

    private final class PendingRows implements Isolation.Rows {
        @Override
        public int count() {
            return rows.size();
        }

        @Override
        public boolean areInOrder() {
            return rows.stream().anyMatch(row -> !row.plan().key().isEmpty());
        }

        @Override
        public void write(int from, int to, BitSet without) throws SQLException {
            int start = without.nextClearBit(from);
            while (start < to) {
                int next = without.nextSetBit(start);
                int end = next < 0 || next > to ? to : next;
                StatementWriter.this.write(start, end);
                start = without.nextClearBit(end);
            }
        }

        @Override
        public int named(SQLException error, int from, BitSet without) {
            return -1;
        }

        @Override
        public Map<Integer, RecordException> lacking(SQLException error, int from, int to, BitSet without)
                throws SQLException {
            RowParents parents = new RowParents(connection, dialect);
            Map<Integer, RecordException> found = new HashMap<>();
            for (int i = without.nextClearBit(from); i < to; i = without.nextClearBit(i + 1)) {
                Optional<RecordException> why =
                        parents.lacking(rows.get(i).plan(), rows.get(i).parameters());
                if (why.isPresent()) {
                    found.put(i, why.get());
                }
            }
            return found;
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
        unmatched = 0;
        leftOut = 0;
    }

    @Override
    public void close() {
        clear(false);
    }
}
