package io.mainstem.connectors.jdbc;

import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.RecordException;
import io.mainstem.api.Row;
import io.mainstem.api.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Writes with PostgreSQL's binary COPY, which stays open while rows come: each full chunk is sent, so that the server works
 * while the next is encoded. The chunks are kept until the transaction ends, to find bad rows. Not thread-safe.
 */
final class CopyWriter implements RowWriter, CopyOutput.Chunks {

    private static final byte[] HEADER = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] TRAILER = {-1, -1};
    private static final BitSet NONE = new BitSet();
    private static final String CHECK_AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE";

    private final Connection connection;
    private final Dialect dialect;
    private final Transaction transaction;
    private final CopyManager copies;
    private final CopyOutput out = new CopyOutput(this);
    private final Map<TablePlan, CopyPlan> plans = new HashMap<>();
    private final List<CopySegment> segments = new ArrayList<>();
    private @Nullable CopySegment current;
    private @Nullable CopyIn active;
    private @Nullable SQLException refused;
    private boolean settled;
    private int planCount;
    private int rows;
    private long bytes;
    private long unmatched;
    private long leftOut;

    CopyWriter(Connection connection, Dialect dialect, Transaction transaction) throws SQLException {
        this.connection = connection;
        this.dialect = dialect;
        this.transaction = transaction;
        this.copies = new CopyManager(connection.unwrap(BaseConnection.class));
    }

    @Override
    public void add(TablePlan plan, Row value, Message message) throws SQLException, BadValueException {
        CopySegment segment = segment(plan);
        long hash;
        try {
            hash = segment.plan().encode(value, segment.journal().rows(), out);
        } catch (BadValueException | RuntimeException e) {
            out.abandonRow();
            throw e;
        }
        taken(segment, message, hash, false);
    }

    @Override
    public void delete(TablePlan plan, Row key, Message message) throws SQLException, BadValueException {
        CopySegment open = current;
        CopySegment segment = open != null && takesDeletes(open, plan) ? open : segment(plan);
        long hash;
        try {
            hash = segment.plan().encodeDelete(plan, key, segment.journal().rows(), out);
        } catch (BadValueException | RuntimeException e) {
            out.abandonRow();
            throw e;
        }
        taken(segment, message, hash, true);
    }

    private static boolean takesDeletes(CopySegment open, TablePlan plan) {
        TablePlan other = open.plan().plan();
        return other.table().identity().equals(plan.table().identity())
                && other.key().equals(plan.key());
    }

    private void taken(CopySegment segment, Message message, long hash, boolean deleted) {
        segment.journal().add(out.rowStart(), message);
        segment.note(hash, deleted);
        rows++;
    }

    private CopySegment segment(TablePlan plan) throws SQLException {
        CopySegment open = current;
        if (open != null && open.plan().plan() == plan) {
            return open;
        }
        endSegment();
        CopyPlan copyPlan = plans.get(plan);
        if (copyPlan == null) {
            copyPlan = new CopyPlan(plan, dialect, ++planCount);
            plans.put(plan, copyPlan);
        }
        CopySegment next = new CopySegment(copyPlan);
        segments.add(next);
        current = next;
        return next;
    }

    @Override
    public void full(byte[] chunk, int length) throws SQLException {
        CopySegment segment = java.util.Objects.requireNonNull(current);
        segment.journal().addChunk(chunk, length);
        bytes += length;
        if (refused != null || settled) {
            return;
        }
        try {
            send(segment, chunk, length);
        } catch (SQLException e) {
            refuse(e);
        }
    }

    private void send(CopySegment segment, byte[] chunk, int length) throws SQLException {
        CopyIn copy = active;
        if (copy == null) {
            transaction.begin();
            copy = open(segment.plan());
            active = copy;
        }
        copy.writeToCopy(chunk, 0, length);
    }

    private CopyIn open(CopyPlan plan) throws SQLException {
        prepareStage(plan);
        CopyIn copy = copies.copyIn(plan.stage().copy());
        copy.writeToCopy(HEADER, 0, HEADER.length);
        return copy;
    }

    private void prepareStage(CopyPlan plan) throws SQLException {
        String prepare = plan.stage().isUsed() ? plan.stage().prepare() : null;
        if (prepare != null) {
            execute(prepare);
        }
    }

    /** A bad row is found later, by {@link #finishCarefully}; until then the rows are only kept. */
    private void refuse(SQLException error) throws SQLException {
        active = null;
        Fault fault = dialect.fault(error);
        if (fault != Fault.RECORD && fault != Fault.FOREIGN_KEY) {
            throw error;
        }
        refused = error;
    }

    private void endSegment() throws SQLException {
        CopySegment segment = current;
        if (segment == null) {
            return;
        }
        out.spill();
        if (refused == null) {
            try {
                end(segment);
            } catch (SQLException e) {
                refuse(e);
            }
        }
        current = null;
    }

    private void end(CopySegment segment) throws SQLException {
        CopyIn copy = active;
        active = null;
        if (copy == null || segment.journal().rows() == 0) {
            return;
        }
        int rows = segment.journal().rows();
        long copied = end(copy);
        if (segment.plan().stage().isUsed()) {
            merge(segment, segment.hasRepeatedKeys(), rows);
        } else {
            leftOut += rows - copied;
        }
    }

    /** Tells how many rows came into the table. */
    private static long end(CopyIn copy) throws SQLException {
        copy.writeToCopy(TRAILER, 0, TRAILER.length);
        return copy.endCopy();
    }

    private void merge(CopySegment segment, boolean repeatedKeys, int rows) throws SQLException {
        CopyStage stage = segment.plan().stage();
        for (String sql : stage.merge(repeatedKeys, segment.hasDeletes(), segment.hasValues())) {
            try (Statement statement = connection.createStatement()) {
                compare(segment, sql, rows, statement.executeUpdate(sql));
            } catch (SQLException e) {
                throw PgNames.ofValue(e);
            }
        }
    }

    /** What a statement did with what it should have done, where both can be told. */
    private void compare(CopySegment segment, String sql, int rows, int written) throws SQLException {
        CopyStage stage = segment.plan().stage();
        switch (segment.plan().plan().effect()) {
            case INSERT -> leftOut += rows - written;
            case UPDATE -> {
                if (sql.startsWith("UPDATE") && segment.hasValues()) {
                    unmatched += Math.max(0, count(stage.countRows()) - written);
                }
            }
            case UPSERT -> {
                if (stage.replaces() && !segment.hasDeletes() && written < rows) {
                    leftOut += Math.max(0, count(stage.countRows()) - written);
                }
            }
            default -> {}
        }
    }

    private long count(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long unmatched() {
        return unmatched;
    }

    @Override
    public long leftOut() {
        return leftOut;
    }

    @Override
    public boolean isBroken() {
        return refused != null;
    }

    @Override
    public void settle() throws SQLException {
        CopyIn copy = active;
        active = null;
        settled = true;
        out.spill();
        current = null;
        if (copy != null && copy.isActive()) {
            copy.cancelCopy();
        }
        plans.values().forEach(plan -> plan.stage().ended(false));
    }

    @Override
    public void finish() throws SQLException {
        endSegment();
        SQLException error = refused;
        if (error != null) {
            throw error;
        }
    }

    @Override
    public Turns.Left finishInTurns(boolean immediate) throws SQLException {
        unmatched = 0;
        leftOut = 0;
        plans.values().forEach(plan -> plan.stage().ended(false));
        if (immediate) {
            execute(CHECK_AT_ONCE);
        }
        for (CopySegment segment : segments) {
            prepareStage(segment.plan());
        }
        Savepoint savepoint = new Savepoint(connection, dialect);
        Turns.Left left = new Turns(savepoint, dialect)
                .write(segments.stream().map(SegmentRows::new).toList());
        return left.isNothing() && savepoint.tryTo(() -> execute(CHECK_AT_ONCE)) != null ? Turns.Left.deferred() : left;
    }

    @Override
    public void finishCarefully(BadRows bad) throws SQLException {
        unmatched = 0;
        leftOut = 0;
        execute(CHECK_AT_ONCE);
        plans.values().forEach(plan -> plan.stage().ended(false));
        for (CopySegment segment : segments) {
            prepareStage(segment.plan());
        }
        Isolation.write(
                connection, dialect, segments.stream().map(SegmentRows::new).toList(), bad);
    }

    /** The rows of a segment, from the chunks that were kept. */
    private final class SegmentRows implements Isolation.Rows, Turns.Run {
        private final CopySegment segment;
        private final Pattern line;

        SegmentRows(CopySegment segment) {
            this.segment = segment;
            this.line = Pattern.compile(
                    "COPY " + Pattern.quote(segment.plan().stage().copiedInto()) + ", \\D+ (\\d+)");
        }

        @Override
        public String table() {
            return segment.plan().plan().table().identity();
        }

        @Override
        public void write() throws SQLException {
            write(0, count(), NONE);
        }

        @Override
        public Set<TopicPartition> partitions() {
            return segment.journal().partitions();
        }

        @Override
        public int count() {
            return segment.journal().rows();
        }

        @Override
        public boolean areInOrder() {
            return segment.plan().stage().isUsed();
        }

        @Override
        public void write(int from, int to, BitSet without) throws SQLException {
            CopyIn copy = open(segment.plan());
            int rows = segment.journal().send(from, to, without, copy);
            long copied = end(copy);
            if (segment.plan().stage().isUsed()) {
                merge(segment, true, rows);
            } else {
                CopyWriter.this.leftOut += rows - copied;
            }
        }

        @Override
        public int named(SQLException error, int from, BitSet without) {
            String where =
                    serverMessage(error).map(ServerErrorMessage::getWhere).orElse("");
            Matcher matcher = line.matcher(where);
            if (!matcher.find()) {
                return -1;
            }
            int row = without.nextClearBit(from);
            for (int i = Integer.parseInt(matcher.group(1)); i > 1; i--) {
                row = without.nextClearBit(row + 1);
            }
            return row;
        }

        @Override
        public Map<Integer, RecordException> lacking(SQLException error, int from, int to, BitSet without)
                throws SQLException {
            Optional<String> constraint = serverMessage(error).map(ServerErrorMessage::getConstraint);
            if (constraint.isEmpty()) {
                return Map.of();
            }
            Map<Integer, RecordException> found = new PgParents(connection, dialect)
                    .lacking(
                            segment.plan().stage(),
                            segment.plan().plan(),
                            constraint.get(),
                            sql -> send(from, to, without, sql));
            return placed(found, from, without);
        }

        private void send(int from, int to, BitSet without, String sql) throws SQLException {
            CopyIn copy = copies.copyIn(sql);
            copy.writeToCopy(HEADER, 0, HEADER.length);
            segment.journal().send(from, to, without, copy);
            end(copy);
        }

        /** The same by their places in the segment. */
        private static <T> Map<Integer, T> placed(Map<Integer, T> sent, int from, BitSet without) {
            Map<Integer, T> placed = new TreeMap<>();
            int row = without.nextClearBit(from);
            int place = 0;
            for (Map.Entry<Integer, T> one : sent.entrySet()) {
                for (; place < one.getKey(); place++) {
                    row = without.nextClearBit(row + 1);
                }
                placed.put(row, one.getValue());
            }
            return placed;
        }

        private static Optional<ServerErrorMessage> serverMessage(SQLException error) {
            return Optional.ofNullable(error instanceof PSQLException own ? own.getServerErrorMessage() : null);
        }

        @Override
        public Origin origin(int row) {
            return segment.journal().origin(row);
        }
    }

    @Override
    public void clear(boolean committed) {
        CopyIn copy = active;
        active = null;
        if (copy != null && copy.isActive()) {
            cancel(copy);
        }
        out.clear();
        segments.forEach(segment -> segment.journal().chunks().forEach(out::recycle));
        segments.clear();
        current = null;
        refused = null;
        settled = false;
        rows = 0;
        bytes = 0;
        unmatched = 0;
        leftOut = 0;
        plans.values().forEach(plan -> plan.stage().ended(committed));
    }

    private static void cancel(CopyIn copy) {
        try {
            copy.cancelCopy();
        } catch (SQLException e) {
            // The server answers a cancelled COPY with an error; the transaction is rolled back next.
        }
    }

    @Override
    public void close() {
        clear(false);
    }
}
