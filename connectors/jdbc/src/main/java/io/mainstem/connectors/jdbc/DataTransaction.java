package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Origin;
import io.mainstem.api.RetryException;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.TopicPartition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a session, one after the other, with the partitions whose rows and offsets each of them covers. One thread at
 * a time, but for {@link #cancel}.
 *
 * <p>A transaction locks the ledger, writes rows of all partitions, moves the ledger, and commits. Where a row turns out to be bad, all
 * of it is written once more, carefully, to find that row; where a row lacks the row that it points to, the transaction is put off, or
 * waits in place when there is nobody else who could bring that row.
 */
final class DataTransaction implements RowWriter.Transaction {

    private final SinkSettings settings;
    private final Context context;
    private final Dialect dialect;
    private final Connection connection;
    private final Tables tables;
    private final Ledger ledger;
    private final RowWriter writer;
    private final Map<TopicPartition, OwnedPartition> owned = new LinkedHashMap<>();
    private final Orphans orphans;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private @Nullable SinkContext sinkContext;
    private boolean begun;

    /** Which tables topics go to. */
    interface Tables {
        /** The tables of a partition's topic; empty before they were looked at. */
        Optional<TopicTables> find(TopicPartition partition);

        /** The same, once they were. */
        default TopicTables of(TopicPartition partition) {
            return find(partition).orElseThrow(() -> new IllegalStateException("no table for " + partition));
        }
    }

    DataTransaction(
            SinkSettings settings,
            Context context,
            Dialect dialect,
            Connection connection,
            Handle handle,
            Tables tables)
            throws SQLException {
        this.settings = settings;
        this.context = context;
        this.dialect = dialect;
        this.connection = connection;
        this.tables = tables;
        this.orphans = new Orphans(settings.foreignKeyWait(), context.clock(), context.logger());
        this.ledger = new Ledger(connection, handle, dialect, context.pipeline(), context.name());
        this.writer = dialect.writer(connection, settings, this);
    }

    Ledger ledger() {
        return ledger;
    }

    RowWriter writer() {
        return writer;
    }

    /** Whether it is time to commit. */
    boolean isFull() {
        return writer.rows() >= settings.batchRows() || writer.bytes() >= settings.batchBytes();
    }

    /** The runtime, from which rows are asked for again. */
    void serve(SinkContext runtime) {
        sinkContext = runtime;
    }

    /** Takes over partitions in the ledger, and tells where those go on that were written before. */
    Map<TopicPartition, SinkOffset> takeOver(Set<TopicPartition> added) throws SQLException {
        Map<TopicPartition, SinkOffset> known = new LinkedHashMap<>();
        ledger.takeOver(added).forEach((partition, entry) -> {
            owned.put(partition, new OwnedPartition(partition, entry));
            if (entry.next() != Ledger.NOTHING) {
                known.put(partition, new SinkOffset(entry.next(), entry.leaderEpoch()));
            }
        });
        return known;
    }

    /** A partition that was taken over. */
    OwnedPartition owned(TopicPartition partition) {
        OwnedPartition found = owned.get(partition);
        if (found == null) {
            throw new IllegalStateException("partition " + partition + " is not assigned");
        }
        return found;
    }

    /** All that were taken over. */
    Collection<OwnedPartition> owned() {
        return owned.values();
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

    /** Writes what is there and moves the ledger; rows that wait for others are put off, with all that came since the last commit. */
    void commit() {
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
            partition.target(tables.of(partition.partition()).identity());
        }
        if (!moved.isEmpty()) {
            ledger.advance(moved);
        }
        note(
                writer.unmatched(),
                "{0} messages of this transaction changed nothing, since no row has their key (mode update)");
        note(
                writer.leftOut(),
                "{0} rows of this transaction are not in their tables: a trigger or a rule left them out without an error");
        long notWritten = writer.unmatched() + writer.leftOut();
        dialect.commit(connection);
        begun = false;
        owned.values().forEach(OwnedPartition::commit);
        writer.clear(true);
        if (notWritten > 0 && sinkContext != null) {
            sinkContext.notWritten(notWritten);
        }
        if (!moved.isEmpty() && sinkContext != null) {
            orphans.written(moved, sinkContext);
        }
    }

    private void note(long count, String what) {
        if (count > 0) {
            context.logger().log(System.Logger.Level.WARNING, what, count);
        }
    }

    private Collection<OwnedPartition> moved() {
        return owned.values().stream().filter(OwnedPartition::isMoved).toList();
    }

    /** Writes what is waiting once more: in turns, and where that is not enough row by row, to find those that are bad. */
    private void flushCarefully() {
        while (true) {
            Turns.Left left = writeInTurns();
            if (left.isNothing()) {
                return;
            }
            List<OwnedPartition> waiting =
                    left.waiting().stream().map(this::owned).toList();
            boolean mayWait = !waiting.isEmpty() && orphans.mayWait(waiting, owned.values(), left.why(), runtime());
            if (mayWait && owned.size() > 1) {
                putOff(left.waiting());
            }
            if ((!mayWait || left.isFaulty()) && isWrittenRowByRow()) {
                return;
            }
            pause();
        }
    }

    private Turns.Left writeInTurns() {
        Turns.Left left = writeInTurns(false);
        return left.isDeferred() ? writeInTurns(true) : left;
    }

    private Turns.Left writeInTurns(boolean immediate) {
        List<Turns.Left> left = new ArrayList<>();
        guarded("write into", () -> {
            restart();
            left.add(writer.finishInTurns(immediate));
            if (left.get(0).isNothing()) {
                finishTransaction();
            }
        });
        return left.get(0);
    }

    /**
     * Finds the rows that are bad; commits when none is after all.
     *
     * @return false when there are only such as have to wait in place
     */
    private boolean isWrittenRowByRow() {
        BadRows bad = writeCarefully();
        if (bad.isEmpty()) {
            return true;
        }
        BadRows late = bad.areOrphans() ? orphans.late(bad, owned.values(), runtime()) : bad;
        if (!late.isEmpty()) {
            rollback();
            throw late.toException();
        }
        if (owned.size() > 1) {
            putOff(bad.orphans().keySet().stream().map(Origin::partition).collect(Collectors.toSet()));
        }
        return false;
    }

    /** The parents may come by another partition: that goes on meanwhile, and the rows that wait are asked for again. */
    private void putOff(Set<TopicPartition> waiting) {
        Map<TopicPartition, Long> again = new LinkedHashMap<>();
        moved().forEach(partition -> again.put(partition.partition(), partition.start()));
        rollback();
        orphans.putOff(waiting, again, runtime());
        throw new PutOffException();
    }

    /** Asks for what was not committed of a partition. */
    void askAgain(TopicPartition partition) {
        OwnedPartition one = owned(partition);
        runtime().rewind(partition, Math.max(one.start(), one.committed()));
    }

    private SinkContext runtime() {
        SinkContext runtime = sinkContext;
        if (runtime == null) {
            throw new IllegalStateException("no partition was assigned");
        }
        return runtime;
    }

    /** The transaction was rolled back, and its rows were asked for again: there is nothing more to do with them now. */
    static final class PutOffException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PutOffException() {
            super("rows wait for those that they point to", null, false, false);
        }
    }

    /** Nothing came for a while: rows that wait may be tried again. */
    void idle() {
        if (sinkContext != null) {
            orphans.idle(sinkContext);
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

    /** Waits in place: there is no other partition by which the parents could come. */
    private void pause() {
        try {
            dialect.rollback(connection);
            begun = false;
            if (cancelled.await(orphans.nextPause().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("the sink is ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RetryException("rows waited for those that they point to, and the sink was ended", e);
        } catch (SQLException e) {
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
        unwritten.forEach((topic, partition) -> tables.find(partition)
                .ifPresent(known ->
                        new FirstLook(settings, context, known.fixed()).again(partition, ledger.lockEntries(topic))));
    }

    /** Gives partitions away; what was not committed of the others is asked for again. */
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
    void rollback() {
        guarded("roll back in", () -> {
            writer.clear(false);
            dialect.rollback(connection);
            begun = false;
            owned.values().forEach(OwnedPartition::rollback);
        });
    }

    /** Something that is done in the database. */
    interface Step {
        void run() throws SQLException;
    }

    /** Does something; what goes wrong is thrown as what it means to the runtime, and no locks are left behind. */
    void guarded(String doing, Step step) {
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

    /** Ends a wait for rows that others bring. From any thread. */
    void cancel() {
        cancelled.countDown();
    }
}
