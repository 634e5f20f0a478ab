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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * One connection with its tables, and what becomes of messages there. One thread at a time, but for {@link #cancel}.
 *
 * <p>A {@link DataTransaction} ends at a flush, when it is full, and before a table is changed. Offsets that the ledger has already
 * passed are left out, so that it does not matter if the runtime delivers from before such an end.
 */
final class Session implements AutoCloseable {

    private final SinkSettings settings;
    private final Context context;
    private final Dialect dialect;
    private final Connection connection;
    private final Handle handle;
    private final DataTransaction transaction;
    private final RowWriter writer;
    private final Map<String, TopicTables> tables = new LinkedHashMap<>();
    private final Set<String> inspected = new HashSet<>();
    private final TableNames names;

    private Session(SinkSettings settings, Context context, Dialect dialect, Connection connection)
            throws SQLException {
        this.settings = settings;
        this.context = context;
        this.dialect = dialect.adapted(connection);
        this.names = new TableNames(settings, this.dialect);
        this.connection = connection;
        this.handle = Handles.open(connection);
        this.transaction = new DataTransaction(
                settings,
                context,
                this.dialect,
                connection,
                handle,
                partition -> Optional.ofNullable(tables.get(partition.topic())));
        this.writer = transaction.writer();
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
        transaction.guarded("look at", target::read);
        StopException missing = target.missingTable();
        return target.table().isPresent()
                ? List.of()
                : List.of(Problem.of(missing.getMessage() + "; " + missing.whatToDo()));
    }

    Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext runtime) {
        transaction.serve(runtime);
        flush();
        Map<TopicPartition, SinkOffset> known = new LinkedHashMap<>();
        transaction.guarded("take over the partitions in", () -> {
            transaction.ledger().prepare();
            for (TopicPartition partition : added) {
                inspect(partition);
            }
            dialect.commit(connection);
            known.putAll(transaction.takeOver(added));
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
        names.take(partition.topic());
        if (topic.isFixed()) {
            target.read();
            if (target.table().isEmpty() && !settings.createTable()) {
                throw target.missingTable();
            }
        }
        new FirstLook(settings, context, target)
                .at(partition, transaction.ledger().entries(partition.topic()));
        tables.putIfAbsent(partition.topic(), topic);
    }

    void reset(Map<TopicPartition, SinkOffset> offsets) {
        transaction.reset(offsets);
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
        } catch (DataTransaction.PutOffException e) {
            // Nothing of this batch may have been taken yet, so that it does not count as one of those that were rolled
            // back.
            transaction.askAgain(batch.partition());
        }
    }

    private void writeOrPutOff(SinkBatch batch) {
        OwnedPartition partition = transaction.owned(batch.partition());
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
        transaction.guarded("write into", () -> take(partition, topic, batch, from, bad));
        if (!bad.isEmpty()) {
            transaction.rollback();
            throw bad.toException();
        }
        partition.move(batch.nextOffset(), batch.leaderEpoch());
        if (transaction.isFull() || writer.isBroken()) {
            transaction.commit();
        }
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
            if (transaction.isFull() && bad.isEmpty() && cut) {
                partition.move(message.offset(), batch.leaderEpoch());
                transaction.commit();
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
        transaction.commit();
        context.logger()
                .log(
                        System.Logger.Level.INFO,
                        "table {0} is widened: {1}",
                        target.name(),
                        String.join("; ", widenings));
        transaction.guarded("widen table " + target.name() + " in", () -> {
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
        transaction.commit();
        Target target = topic.open(message);
        TopicPartition partition = message.origin().orElseThrow().partition();
        boolean first = transaction.owned().stream()
                .filter(one -> one.partition().topic().equals(partition.topic()))
                .allMatch(one -> one.committed() == Ledger.NOTHING);
        if (first) {
            transaction.guarded("look at", () -> new FirstLook(settings, context, target).existing(partition));
        }
        return target;
    }

    private boolean prepare(Target target, Row row, Message message) {
        if (target.prepare(row.schema(), message.key())) {
            return false;
        }
        transaction.commit();
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
        transaction.guarded("change table " + target.name() + " in", () -> {
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
        for (OwnedPartition partition : transaction.owned()) {
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
            transaction.commit();
        } catch (DataTransaction.PutOffException e) {
            // All of it comes again.
        }
    }

    void revoke(Set<TopicPartition> gone) {
        transaction.revoke(gone);
    }

    void idle() {
        transaction.idle();
    }

    /** Ends whatever waits for the database. From any thread. */
    void cancel() {
        transaction.cancel();
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
