package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Problem;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import io.mainstem.connectors.jdbc.sql.Handles;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One connection with its partitions, tables and the open transaction. One thread at a time, but for {@link #cancel}.
 *
 * <p>A data transaction locks the ledger, writes rows of all partitions, moves the ledger, and commits. It ends at a flush,
 * when it is full, and before a table is changed. Offsets that the ledger has already passed are left out, so that it does
 * not matter if the runtime delivers from before such an end.
 */
final class Session implements AutoCloseable, RowWriter.Transaction {

    private static final long PARENT_POLL_MILLIS = 200;

    private final SinkSettings settings;
    private final Context context;
    private final Dialect dialect;
    private final Connection connection;
    private final Handle handle;
    private final Ledger ledger;
    private final RowWriter writer;
    private final Map<TopicPartition, OwnedPartition> owned = new LinkedHashMap<>();
    private final Map<String, TopicTables> tables = new LinkedHashMap<>();
    private final Set<String> inspected = new HashSet<>();
    private final Orphans orphans;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private @Nullable SinkContext sinkContext;
    private boolean begun;

    private Session(SinkSettings settings, Context context, Dialect dialect, Connection connection)
            throws SQLException {
        this.settings = settings;
        this.context = context;
        this.dialect = dialect.adapted(connection);
        this.connection = connection;
        this.handle = Handles.open(connection);
        this.orphans = new Orphans(settings.foreignKeyWait(), context.clock());
        this.ledger = new Ledger(connection, handle, this.dialect, context.pipeline(), context.name());
        this.writer = this.dialect.writer(connection, settings, this);
    }

    /** Connects. */
    static Session open(SinkSettings settings, Context context, Dialect dialect) {
        try {
            return new Session(settings, context, dialect, dialect.connect(settings, context));
        } catch (SQLException e) {
            throw Faults.exception(dialect, settings, "connect to", e);
        }
    }

    /** What a person should know before the first start. Writes nothing. */
    List<Problem> check() {
        if (settings.createTable() || settings.table().contains("{")) {
            return List.of();
        }
        Target target = new TopicTables(settings, dialect, handle, context, "topic").fixed();
        guarded("look at", target::read);
        StopException missing = target.missingTable();
        return target.table().isPresent()
                ? List.of()
                : List.of(Problem.of(missing.getMessage() + "; " + missing.whatToDo()));
    }

    Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext newContext) {
        sinkContext = newContext;
        flush();
        Map<TopicPartition, SinkOffset> known = new LinkedHashMap<>();
        guarded("take over the partitions in", () -> {
            ledger.prepare();
            for (TopicPartition partition : added) {
                inspect(partition);
            }
            dialect.commit(connection);
            ledger.takeOver(added).forEach((partition, entry) -> {
                owned.put(partition, new OwnedPartition(partition, entry));
                if (entry.next() != Ledger.NOTHING) {
                    known.put(partition, new SinkOffset(entry.next(), entry.leaderEpoch()));
                }
            });
        });
        return known;
    }

    private void inspect(TopicPartition partition) {
        // Those that are sent again do not stand for the topic itself, whose partitions may come later.
        if (!inspected.add(partition.topic() + partition.isReplay())) {
            return;
        }
        TopicTables topic = new TopicTables(settings, dialect, handle, context, partition.topic());
        Target target = topic.fixed();
        if (topic.isFixed()) {
            target.read();
            if (target.table().isEmpty() && !settings.createTable()) {
                throw target.missingTable();
            }
        }
        new FirstLook(settings, context, target).at(partition, ledger.entries(partition.topic()));
        tables.putIfAbsent(partition.topic(), topic);
    }

    /** Goes on from other offsets, because a person has set them. */
    void reset(Map<TopicPartition, SinkOffset> offsets) {
        rollback();
        guarded("reset the offsets in", () -> {
            dialect.begin(connection);
            for (Map.Entry<TopicPartition, SinkOffset> entry : offsets.entrySet()) {
                OwnedPartition partition = owned(entry.getKey());
                ledger.reset(
                        partition, entry.getValue().next(), entry.getValue().leaderEpoch());
                partition.reset(entry.getValue().next(), entry.getValue().leaderEpoch());
            }
            dialect.commit(connection);
        });
    }

    private OwnedPartition owned(TopicPartition partition) {
        OwnedPartition found = owned.get(partition);
        if (found == null) {
            throw new IllegalStateException("partition " + partition + " is not assigned");
        }
        return found;
    }

    private TopicTables tables(TopicPartition partition) {
        TopicTables found = tables.get(partition.topic());
        if (found == null) {
            throw new IllegalStateException("no table for " + partition);
        }
        return found;
    }

    void write(SinkBatch batch) {
        try {
            writeOrPutOff(batch);
        } catch (PutOffException e) {
            // All of it comes again.
        }
    }

    private void writeOrPutOff(SinkBatch batch) {
        OwnedPartition partition = owned(batch.partition());
        TopicTables topic = tables(batch.partition());
        long from = partition.next();
        if (from != Ledger.NOTHING && batch.firstOffset() > from) {
            throw new StopException(
                    "jdbc.gap",
                    "the records of " + batch.partition() + " from offset " + from + " to " + (batch.firstOffset() - 1)
                            + " are missing: " + Ledger.TABLE + " expects " + from + ", and the log goes on at "
                            + batch.firstOffset(),
                    "find out why they are gone from the log; to go on without them, reset the offsets of this sink");
        }
        if (batch.nextOffset() <= from) {
            return;
        }
        partition.begin(batch.firstOffset());
        while (changed(topic, batch, from)) {
            // The plans that were there are gone with the table's old shape: look at all messages again.
        }
        BadRows bad = new BadRows();
        guarded("write into", () -> take(partition, topic, batch, from, bad));
        if (!bad.isEmpty()) {
            rollback();
            throw bad.toException();
        }
        partition.move(batch.nextOffset(), batch.leaderEpoch());
        if (isFull() || writer.isBroken()) {
            commit();
        }
    }

    private boolean isFull() {
        return writer.rows() >= settings.batchRows() || writer.bytes() >= settings.batchBytes();
    }

    private void take(OwnedPartition partition, TopicTables topic, SinkBatch batch, long from, BadRows bad)
            throws SQLException {
        List<Message> messages = batch.messages();
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (from != Ledger.NOTHING && batch.firstOffset() < from && message.offset() < from) {
                continue;
            }
            boolean cut = message.offset() > messages.get(Math.max(0, i - 1)).offset();
            if (isFull() && bad.isEmpty() && cut) {
                partition.move(message.offset(), batch.leaderEpoch());
                commit();
            }
            try {
                take(partition, topic, message, batch, bad.isEmpty() && (cut || i == 0));
            } catch (BadValueException e) {
                bad.add(message.origin().orElseThrow(), e);
                if (bad.isFull()) {
                    return;
                }
            }
        }
    }

    /** Takes a message; a table that may be widened for it is, once for each column at most. */
    private void take(OwnedPartition partition, TopicTables topic, Message message, SinkBatch batch, boolean mayCommit)
            throws SQLException, BadValueException {
        Target target =
                topic.find(message).orElseThrow(() -> new IllegalStateException("no table for " + message.origin()));
        Set<String> widened = new HashSet<>();
        while (true) {
            try {
                plan(target, message);
                target.write(message, writer);
                return;
            } catch (BadValueException e) {
                List<String> widenings = target.widenings(message, e);
                if (widenings.isEmpty()
                        || !mayCommit
                        || !widened.add(e.column() + e.code().orElse(""))) {
                    throw e;
                }
                partition.move(message.offset(), batch.leaderEpoch());
                widen(target, widenings);
            }
        }
    }

    /** Commits what came before, and changes the table. */
    private void widen(Target target, List<String> widenings) {
        commit();
        context.logger()
                .log(
                        System.Logger.Level.INFO,
                        "table {0} is widened: {1}",
                        target.name(),
                        String.join("; ", widenings));
        guarded("widen table " + target.name() + " in", () -> {
            dialect.begin(connection);
            target.execute(widenings);
            dialect.commit(connection);
        });
        targetChanged(target);
    }

    /** Makes a plan where a change of the table has dropped it. */
    private void plan(Target target, Message message) {
        if (message.value() instanceof Row row) {
            if (!target.isPrepared(row.schema())) {
                target.prepare(row.schema(), message.key());
            }
        } else if (!target.isPreparedForDeletes()) {
            target.prepareDeletes(message.key());
        }
    }

    /**
     * Makes a plan for each schema of the batch before anything of it is written.
     *
     * @return whether the table had to be changed for it
     */
    private boolean changed(TopicTables topic, SinkBatch batch, long from) {
        boolean changed = false;
        for (Message message : batch.messages()) {
            Datum value = message.value();
            if (value != null && !(value instanceof Row)) {
                throw new StopException(
                        "jdbc.not-rows",
                        "the values of topic " + batch.partition().topic() + " are " + value.type()
                                + ", not rows with fields",
                        "choose a codec with fields for the topic, or add a transform that makes rows");
            }
            if (message.offset() >= from) {
                changed |= prepare(topic, message);
            }
        }
        return changed;
    }

    private boolean prepare(TopicTables topic, Message message) {
        try {
            Target target = topic.find(message).orElse(null);
            if (target == null) {
                target = open(topic, message);
            }
            if (message.value() instanceof Row row) {
                return !target.isPrepared(row.schema()) && prepare(target, row, message);
            }
            if (!target.isPreparedForDeletes()) {
                prepareDeletes(target, message);
            }
            return false;
        } catch (BadValueException e) {
            // It is refused when it is taken.
            return false;
        }
    }

    private Target open(TopicTables topic, Message message) throws BadValueException {
        commit();
        Target target = topic.open(message);
        TopicPartition partition = message.origin().orElseThrow().partition();
        boolean first = owned.values().stream()
                .filter(one -> one.partition().topic().equals(partition.topic()))
                .allMatch(one -> one.committed() == Ledger.NOTHING);
        if (first) {
            guarded("look at", () -> new FirstLook(settings, context, target).existing(partition));
        }
        return target;
    }

    private boolean prepare(Target target, Row row, Message message) {
        if (target.prepare(row.schema(), message.key())) {
            return false;
        }
        commit();
        change(target, row, message);
        targetChanged(target);
        if (!target.prepare(row.schema(), message.key())) {
            throw new RetryException(
                    "table " + target.name() + " was changed by another session at the same time",
                    new IllegalStateException("no plan after the change"));
        }
        return true;
    }

    /** Where no lock keeps others from the same change, their error is found by another look. */
    private void change(Target target, Row row, Message message) {
        guarded("change table " + target.name() + " in", () -> {
            dialect.begin(connection);
            try {
                target.change(row.schema(), message.key());
            } catch (StopException e) {
                throw e;
            } catch (RuntimeException e) {
                dialect.rollback(connection);
                dialect.begin(connection);
                target.read();
                if (target.table().isEmpty() || !target.prepare(row.schema(), message.key())) {
                    throw e;
                }
            }
            dialect.commit(connection);
        });
    }

    private void targetChanged(Target target) {
        for (OwnedPartition partition : owned.values()) {
            if (tables(partition.partition()).fixed() == target) {
                partition.target(target.identity());
            }
        }
    }

    private void prepareDeletes(Target target, Message message) {
        if (!settings.takesDeletes()) {
            throw new StopException(
                    "jdbc.no-deletes",
                    "message " + message.origin().orElseThrow() + " deletes a row, and this sink does not delete",
                    "set 'mode: upsert' with 'delete: true' or 'table-mode: soft-delete', or add a transform that drops deletes");
        }
        target.prepareDeletes(message.key());
    }

    void flush() {
        try {
            commit();
        } catch (PutOffException e) {
            // All of it comes again.
        }
    }

    private void commit() {
        if (!begun && writer.rows() == 0 && moved().isEmpty()) {
            return;
        }
        try {
            begin();
            writer.finish();
            finishTransaction();
        } catch (SQLException | RuntimeException e) {
            SQLException error = Faults.sql(e).orElse(null);
            if (error == null || !isRecordFault(error)) {
                throw failed("write into", e);
            }
            flushCarefully();
        }
    }

    private boolean isRecordFault(SQLException error) {
        Fault fault = dialect.fault(error);
        return fault == Fault.RECORD || fault == Fault.FOREIGN_KEY;
    }

    private void finishTransaction() throws SQLException {
        Collection<OwnedPartition> moved = moved();
        for (OwnedPartition partition : moved) {
            partition.target(tables(partition.partition()).identity());
        }
        if (!moved.isEmpty()) {
            ledger.advance(moved);
        }
        noteUnmatched(writer.unmatched());
        dialect.commit(connection);
        begun = false;
        owned.values().forEach(OwnedPartition::commit);
        writer.clear(true);
        if (!moved.isEmpty() && sinkContext != null) {
            orphans.resume(sinkContext, true);
        }
    }

    private void noteUnmatched(long unmatched) {
        if (unmatched > 0) {
            context.logger()
                    .log(
                            System.Logger.Level.WARNING,
                            "{0} messages of this transaction changed nothing, since no row has their key (mode update)",
                            unmatched);
        }
    }

    private Collection<OwnedPartition> moved() {
        return owned.values().stream().filter(OwnedPartition::isMoved).toList();
    }

    /** Writes what is waiting once more, to find the rows that are bad; commits when none is after all. */
    private void flushCarefully() {
        Instant giveUp = context.clock().instant().plus(settings.foreignKeyWait());
        BadRows bad = writeCarefully();
        if (bad.areOrphans() && owned.size() > 1) {
            putOff(bad);
        }
        while (bad.areOrphans() && context.clock().instant().isBefore(giveUp) && pause()) {
            bad = writeCarefully();
        }
        if (!bad.isEmpty()) {
            rollback();
            throw bad.toException();
        }
    }

    /** The parents may come by another partition: that goes on meanwhile, and the rows that wait are asked for again. */
    private void putOff(BadRows bad) {
        BadRows late = orphans.late(bad);
        Map<TopicPartition, Long> again = new LinkedHashMap<>();
        moved().forEach(partition -> again.put(partition.partition(), partition.start()));
        rollback();
        if (!late.isEmpty()) {
            throw late.toException();
        }
        orphans.putOff(bad, again, runtime());
        throw new PutOffException();
    }

    private SinkContext runtime() {
        SinkContext runtime = sinkContext;
        if (runtime == null) {
            throw new IllegalStateException("no partition was assigned");
        }
        return runtime;
    }

    /** The transaction was rolled back, and its rows were asked for again: there is nothing more to do with them now. */
    private static final class PutOffException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PutOffException() {
            super("rows wait for those that they point to", null, false, false);
        }
    }

    /** Nothing came for a while: rows that wait may be tried again. */
    void idle() {
        if (sinkContext != null) {
            orphans.resume(sinkContext, false);
        }
    }

    private BadRows writeCarefully() {
        BadRows bad = new BadRows();
        guarded("write into", () -> {
            restart();
            writer.finishCarefully(bad);
            if (bad.isEmpty()) {
                finishTransaction();
            }
        });
        return bad;
    }

    private void restart() throws SQLException {
        writer.settle();
        dialect.rollback(connection);
        begun = false;
        begin();
    }

    private boolean pause() throws RetryException {
        try {
            dialect.rollback(connection);
            begun = false;
            return !cancelled.await(PARENT_POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | SQLException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw failed("wait for", e);
        }
    }

    @Override
    public void begin() throws SQLException {
        if (!begun) {
            dialect.begin(connection);
            lookAgain();
            ledger.lock(owned.values());
            begun = true;
        }
    }

    /** Since the first look, which was under no lock, a worker with another log may have written under this sink's name. */
    private void lookAgain() {
        Map<String, TopicPartition> unwritten = new TreeMap<>();
        for (OwnedPartition one : owned.values()) {
            if (one.committed() == Ledger.NOTHING && !one.partition().isReplay()) {
                unwritten.putIfAbsent(one.partition().topic(), one.partition());
            }
        }
        unwritten.forEach((topic, partition) -> {
            TopicTables known = tables.get(topic);
            if (known != null) {
                new FirstLook(settings, context, known.fixed()).again(partition, ledger.lockEntries(topic));
            }
        });
    }

    void revoke(Set<TopicPartition> gone) {
        Map<TopicPartition, Long> again = new LinkedHashMap<>();
        for (OwnedPartition partition : moved()) {
            if (!gone.contains(partition.partition())) {
                again.put(partition.partition(), partition.start());
            }
        }
        rollback();
        gone.forEach(owned::remove);
        orphans.forget(gone);
        SinkContext runtime = sinkContext;
        if (runtime != null) {
            again.forEach(runtime::rewind);
        }
    }

    /** Drops everything since the last commit. */
    private void rollback() {
        guarded("roll back in", () -> {
            writer.clear(false);
            dialect.rollback(connection);
            begun = false;
            owned.values().forEach(OwnedPartition::rollback);
        });
    }

    private interface Step {
        void run() throws SQLException;
    }

    private void guarded(String doing, Step step) {
        try {
            step.run();
        } catch (SQLException | RuntimeException e) {
            throw failed(doing, e);
        }
    }

    private RuntimeException failed(String doing, Exception error) {
        releaseLocks();
        return Faults.exception(dialect, settings, doing, error);
    }

    /** The sink will be closed, but others should not wait for that. */
    private void releaseLocks() {
        try {
            writer.clear(false);
            dialect.rollback(connection);
            begun = false;
        } catch (SQLException e) {
            context.logger().log(System.Logger.Level.DEBUG, "the rollback failed; the connection is closed next", e);
        }
    }

    /** Ends whatever waits for the database. From any thread. */
    void cancel() {
        cancelled.countDown();
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            context.logger().log(System.Logger.Level.DEBUG, "the connection was closed already", e);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
            handle.close();
            connection.close();
        } catch (SQLException | RuntimeException e) {
            context.logger().log(System.Logger.Level.DEBUG, "closing the connection failed", e);
        }
    }
}
