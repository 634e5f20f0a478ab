package io.mainstem.connectors.jdbc;

import io.mainstem.api.RetryException;
import io.mainstem.api.TopicPartition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/**
 * How far each partition is written: the table {@code mainstem_offsets}, which lies in the target so that it changes in the
 * same transaction as the data.
 *
 * <p>Who takes a partition over raises its epoch. Each data transaction locks its rows first and finds its own epoch and
 * offset there, or ends; so an owner of before can write nothing, not even rows that the new owner would stumble over.
 */
final class Ledger {

    /** The table, in the default schema of the target. */
    static final String TABLE = "mainstem_offsets";

    /** The offset of a partition of which nothing is written. */
    static final long NOTHING = -1;

    /** Makes the table. */
    static final String CREATE = "CREATE TABLE IF NOT EXISTS " + TABLE + " (pipeline text NOT NULL, "
            + "sink text NOT NULL, topic_id text NOT NULL, \"partition\" integer NOT NULL, topic text NOT NULL, "
            + "epoch bigint NOT NULL, next_offset bigint NOT NULL, leader_epoch integer NOT NULL, target text NOT NULL, "
            + "owner text NOT NULL, PRIMARY KEY (pipeline, sink, topic_id, \"partition\"))";

    private static final String TAKE =
            "INSERT INTO " + TABLE + " AS o (pipeline, sink, topic_id, \"partition\", topic, epoch, "
                    + "next_offset, leader_epoch, target, owner) VALUES (?, ?, ?, ?, ?, 1, -1, -1, '', ?) "
                    + "ON CONFLICT (pipeline, sink, topic_id, \"partition\") DO UPDATE SET epoch = o.epoch + 1, "
                    + "topic = excluded.topic, owner = excluded.owner RETURNING epoch, next_offset, leader_epoch, target";
    private static final String ADVANCE =
            "UPDATE " + TABLE + " SET next_offset = ?, leader_epoch = ?, target = ? WHERE "
                    + "pipeline = ? AND sink = ? AND topic_id = ? AND \"partition\" = ? AND epoch = ? AND next_offset = ?";
    private static final int TAKE_OVER_ATTEMPTS = 5;
    private static final long LOCK_WAIT_MILLIS = 1_500;

    private final Connection connection;
    private final Handle handle;
    private final Dialect dialect;
    private final String pipeline;
    private final String sink;

    /** A row of the ledger. */
    record Entry(UUID topicId, int partition, long epoch, long next, int leaderEpoch, String target, String owner) {}

    Ledger(Connection connection, Handle handle, Dialect dialect, String pipeline, String sink) {
        this.connection = connection;
        this.handle = handle;
        this.dialect = dialect;
        this.pipeline = pipeline;
        this.sink = sink;
    }

    /** Makes the table when it is missing. In a transaction of its own. */
    void prepare() throws SQLException {
        dialect.begin(connection);
        if (!isThere()) {
            dialect.lockForChange(handle);
            handle.execute(CREATE);
        }
        dialect.commit(connection);
    }

    /** Whether there is a table of offsets. */
    boolean isThere() {
        return dialect.readTable(handle, new TableName(java.util.Optional.empty(), TABLE))
                .isPresent();
    }

    /** What is known of a topic's name: the rows of all topics that ever had it. */
    List<Entry> entries(String topic) {
        return entries(topic, "");
    }

    /** The same, locked until the end of the transaction. */
    List<Entry> lockEntries(String topic) {
        return entries(topic, " ORDER BY topic_id, \"partition\"" + dialect.rowLock());
    }

    private List<Entry> entries(String topic, String tail) {
        return handle.select(
                        "SELECT topic_id, \"partition\", epoch, next_offset, leader_epoch, target, owner FROM " + TABLE
                                + " WHERE pipeline = ? AND sink = ? AND topic = ?" + tail,
                        pipeline,
                        sink,
                        topic)
                .map((row, context) -> new Entry(
                        UUID.fromString(row.getString(1)),
                        row.getInt(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getInt(5),
                        row.getString(6),
                        row.getString(7)))
                .list();
    }

    /**
     * Takes partitions over, in a transaction of its own. An owner that holds its row for longer than a commit should take
     * is ended.
     */
    Map<TopicPartition, Entry> takeOver(Collection<TopicPartition> partitions) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                Map<TopicPartition, Entry> taken = tryTakeOver(partitions);
                dialect.commit(connection);
                return taken;
            } catch (RuntimeException e) {
                dialect.rollback(connection);
                boolean lock = Faults.sql(e).filter(dialect::isLockTimeout).isPresent();
                if (!lock) {
                    throw e;
                }
                if (attempt >= TAKE_OVER_ATTEMPTS) {
                    throw new RetryException(
                            "the offsets of " + partitions + " in " + TABLE
                                    + " are locked by another session, which could not " + "be ended",
                            e);
                }
                evictOwners(partitions);
            }
        }
    }

    private Map<TopicPartition, Entry> tryTakeOver(Collection<TopicPartition> partitions) throws SQLException {
        dialect.begin(connection);
        dialect.limitLockWait(handle, LOCK_WAIT_MILLIS);
        String owner = dialect.owner(handle);
        Map<TopicPartition, Entry> taken = new LinkedHashMap<>();
        for (TopicPartition partition :
                partitions.stream().sorted(Ledger::order).toList()) {
            taken.put(partition, take(partition, owner));
        }
        return taken;
    }

    private static int order(TopicPartition left, TopicPartition right) {
        int topics = left.topicId().toString().compareTo(right.topicId().toString());
        return topics != 0 ? topics : Integer.compare(left.partition(), right.partition());
    }

    private Entry take(TopicPartition partition, String owner) {
        return handle.select(
                        TAKE,
                        pipeline,
                        sink,
                        partition.topicId().toString(),
                        partition.partition(),
                        partition.topic(),
                        owner)
                .map((row, context) -> new Entry(
                        partition.topicId(),
                        partition.partition(),
                        row.getLong(1),
                        row.getLong(2),
                        row.getInt(3),
                        row.getString(4),
                        owner))
                .one();
    }

    private void evictOwners(Collection<TopicPartition> partitions) throws SQLException {
        for (String topic :
                partitions.stream().map(TopicPartition::topic).distinct().toList()) {
            entries(topic).stream()
                    .filter(entry -> partitions.contains(new TopicPartition(topic, entry.topicId(), entry.partition())))
                    .map(Entry::owner)
                    .distinct()
                    .forEach(owner -> dialect.evict(handle, owner));
        }
        dialect.commit(connection);
    }

    /**
     * Locks the rows of partitions, as the first thing of a data transaction.
     *
     * @throws RetryException when one of them is not as its owner left it
     */
    void lock(Collection<OwnedPartition> owned) {
        Map<UUID, List<OwnedPartition>> byTopic = owned.stream()
                .collect(Collectors.groupingBy(o -> o.partition().topicId(), LinkedHashMap::new, Collectors.toList()));
        List<UUID> topics = new ArrayList<>(byTopic.keySet());
        topics.sort((left, right) -> left.toString().compareTo(right.toString()));
        for (UUID topic : topics) {
            lockTopic(topic, byTopic.getOrDefault(topic, List.of()));
        }
    }

    private void lockTopic(UUID topic, List<OwnedPartition> owned) {
        String numbers = owned.stream()
                .map(o -> String.valueOf(o.partition().partition()))
                .sorted()
                .collect(Collectors.joining(","));
        Query query = handle.select(
                "SELECT \"partition\", epoch, next_offset FROM " + TABLE
                        + " WHERE pipeline = ? AND sink = ? AND topic_id = ? AND " + "\"partition\" IN (" + numbers
                        + ") ORDER BY \"partition\"" + dialect.rowLock(),
                pipeline,
                sink,
                topic.toString());
        Map<Integer, long[]> found = new LinkedHashMap<>();
        query.map((row, context) -> new long[] {row.getLong(1), row.getLong(2), row.getLong(3)})
                .list()
                .forEach(row -> found.put((int) row[0], row));
        for (OwnedPartition one : owned) {
            long[] row = found.get(one.partition().partition());
            if (row == null || row[1] != one.epoch() || row[2] != one.committed()) {
                throw fenced(one, row);
            }
        }
    }

    private static RetryException fenced(OwnedPartition one, long @org.jspecify.annotations.Nullable [] row) {
        String found = row == null ? "no row" : "epoch " + row[1] + " and next offset " + row[2];
        return new RetryException(
                "another session took over " + one.partition() + ": " + TABLE + " has " + found
                        + ", this sink has epoch " + one.epoch() + " and next offset " + one.committed(),
                new IllegalStateException("fenced"));
    }

    /** Moves the offsets, as the last thing of a data transaction. */
    void advance(Collection<OwnedPartition> owned) {
        try (PreparedBatch batch = handle.prepareBatch(ADVANCE)) {
            for (OwnedPartition one : owned) {
                batch.add(
                        one.next(),
                        one.leaderEpoch(),
                        one.target(),
                        pipeline,
                        sink,
                        one.partition().topicId().toString(),
                        one.partition().partition(),
                        one.epoch(),
                        one.committed());
            }
            int[] counts = batch.execute();
            int i = 0;
            for (OwnedPartition one : owned) {
                if (counts[i++] != 1) {
                    throw fenced(one, null);
                }
            }
        }
    }
}
