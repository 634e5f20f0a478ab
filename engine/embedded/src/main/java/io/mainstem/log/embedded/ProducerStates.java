package io.mainstem.log.embedded;

import io.mainstem.log.FencedException;
import io.mainstem.log.LogException;
import io.mainstem.log.OutOfOrderSequenceException;
import io.mainstem.log.TopicPartition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a partition knows of its producers: the epoch of each and its last {@value #REMEMBERED} batches. It decides whether
 * a batch follows, comes again, or has no right to come (KIP-98, KIP-360). A producer that is not known may begin anywhere:
 * what was known of it has expired.
 *
 * <p>Batches that are staged count at once, so that those behind them in the same group commit are checked against them.
 * Guarded by the append lock.
 */
final class ProducerStates {
    /** The batches of a producer that are recognised when they come again. */
    static final int REMEMBERED = 5;

    /** Stands for a time: used since the last look. */
    private static final long IN_USE = -1;

    /** The fields of a batch in an array: producer id, epoch, first sequence, last sequence, base offset. */
    private static final int FIELDS = 5;

    private static final long[] NOTHING = {};

    private final TopicPartition partition;
    private final Map<Long, Known> producers = new HashMap<>();
    private @Nullable Known lastUsed;
    private long[] staged = NOTHING;
    private int stagedCount;

    /** One producer; its batches lie in a ring. */
    private static final class Known {
        final long id;
        final long[] firstSequences = new long[REMEMBERED];
        final long[] lastSequences = new long[REMEMBERED];
        final long[] baseOffsets = new long[REMEMBERED];
        int epoch;
        int count;
        long idleSince = IN_USE;

        Known(long id, int epoch) {
            this.id = id;
            this.epoch = epoch;
        }

        void add(int batchEpoch, long firstSequence, long lastSequence, long baseOffset) {
            if (batchEpoch != epoch) {
                epoch = batchEpoch;
                count = 0;
            }
            int at = count % REMEMBERED;
            firstSequences[at] = firstSequence;
            lastSequences[at] = lastSequence;
            baseOffsets[at] = baseOffset;
            count = count == 2 * REMEMBERED - 1 ? REMEMBERED : count + 1;
            idleSince = IN_USE;
        }

        int size() {
            return Math.min(count, REMEMBERED);
        }

        /** The place of a batch, counted from the oldest. */
        int at(int number) {
            return count <= REMEMBERED ? number : (count + number) % REMEMBERED;
        }

        long lastSequence() {
            return lastSequences[at(size() - 1)];
        }
    }

    ProducerStates(TopicPartition partition) {
        this.partition = partition;
    }

    /** Why the batches may not be appended next, or null. They are all of one producer. */
    @Nullable
    LogException check(byte[] batches, int length) {
        long expected = -1;
        for (int at = 0; at < length; at += (int) RecordBatch.size(batches, at)) {
            if (!hasSequence(batches, at)) {
                continue;
            }
            LogException refusal = expected < 0
                    ? checkFirst(batches, at)
                    : checkNext(batches, at, RecordBatch.baseSequence(batches, at), expected);
            if (refusal != null) {
                return refusal;
            }
            expected = after(RecordBatch.lastSequence(batches, at));
        }
        return null;
    }

    private @Nullable LogException checkFirst(byte[] batches, int at) {
        long id = RecordBatch.producerId(batches, at);
        int epoch = RecordBatch.producerEpoch(batches, at);
        long first = RecordBatch.baseSequence(batches, at);
        int mine = lastStaged(id, stagedCount);
        Known known = mine < 0 ? find(id) : null;
        if (mine < 0 && known == null) {
            return null;
        }
        int knownEpoch = known == null ? (int) staged[mine + 1] : known.epoch;
        if (epoch < knownEpoch) {
            return new FencedException("the batch is of epoch " + epoch + " of producer " + id + ", but partition "
                    + partition + " has seen its epoch " + knownEpoch + ": another one took over; this one must stop");
        }
        long last = known == null ? staged[mine + 3] : known.lastSequence();
        return checkNext(batches, at, first, epoch > knownEpoch ? 0 : after(last));
    }

    private @Nullable LogException checkNext(byte[] batches, int at, long first, long expected) {
        return first == expected
                ? null
                : new OutOfOrderSequenceException("the batch of producer " + RecordBatch.producerId(batches, at)
                        + " in epoch " + RecordBatch.producerEpoch(batches, at) + " begins with sequence " + first
                        + ", but partition " + partition + " expects " + expected
                        + ": batches before it are missing; send them first, or go on in a new epoch");
    }

    /** The base offset that this batch got when it came the first time, or -1. */
    long duplicateOf(byte[] batches, int at) {
        if (!hasSequence(batches, at)) {
            return -1;
        }
        long id = RecordBatch.producerId(batches, at);
        int epoch = RecordBatch.producerEpoch(batches, at);
        long first = RecordBatch.baseSequence(batches, at);
        long last = RecordBatch.lastSequence(batches, at);
        for (int row = lastStaged(id, stagedCount); row >= 0; row = lastStaged(id, row / FIELDS)) {
            if (staged[row + 1] == epoch && staged[row + 2] == first && staged[row + 3] == last) {
                return staged[row + 4];
            }
        }
        Known known = find(id);
        for (int i = 0; known != null && known.epoch == epoch && i < known.size(); i++) {
            int place = known.at(i);
            if (known.firstSequences[place] == first && known.lastSequences[place] == last) {
                return known.baseOffsets[place];
            }
        }
        return -1;
    }

    /** The sequence that the next batch of a producer must have. */
    int nextSequence(long id, int epoch) {
        int mine = lastStaged(id, stagedCount);
        if (mine >= 0) {
            return staged[mine + 1] == epoch ? (int) after(staged[mine + 3]) : 0;
        }
        Known known = find(id);
        return known != null && known.epoch == epoch ? (int) after(known.lastSequence()) : 0;
    }

    /** Counts batches that have their offsets, until {@link #publish} or {@link #undo}. */
    void stage(byte[] batches, int from, int length) {
        for (int at = from; at < from + length; at += (int) RecordBatch.size(batches, at)) {
            stageOne(batches, at);
        }
    }

    /** The same for one batch, of which the header is enough. */
    void stageOne(byte[] batches, int at) {
        if (!hasSequence(batches, at)) {
            return;
        }
        int row = stagedCount * FIELDS;
        if (row == staged.length) {
            staged = Arrays.copyOf(staged, Math.max(FIELDS, 2 * row));
        }
        staged[row] = RecordBatch.producerId(batches, at);
        staged[row + 1] = RecordBatch.producerEpoch(batches, at);
        staged[row + 2] = RecordBatch.baseSequence(batches, at);
        staged[row + 3] = RecordBatch.lastSequence(batches, at);
        staged[row + 4] = RecordBatch.baseOffset(batches, at);
        stagedCount++;
    }

    /** What {@link #undo} goes back to. */
    int mark() {
        return stagedCount;
    }

    void undo(int mark) {
        stagedCount = mark;
    }

    /** What was staged is durable. */
    void publish() {
        for (int row = 0; row < stagedCount * FIELDS; row += FIELDS) {
            Known known = find(staged[row]);
            if (known == null) {
                known = new Known(staged[row], (int) staged[row + 1]);
                producers.put(known.id, known);
            }
            known.add((int) staged[row + 1], staged[row + 2], staged[row + 3], staged[row + 4]);
        }
        stagedCount = 0;
    }

    /** Forgets the producers that have appended nothing for so long. */
    void expire(long now, long afterMillis) {
        lastUsed = null;
        producers.values().removeIf(known -> {
            if (known.idleSince == IN_USE) {
                known.idleSince = now;
            }
            return now - known.idleSince >= afterMillis;
        });
    }

    boolean isEmpty() {
        return producers.isEmpty();
    }

    void write(ByteWriter writer) {
        writer.putInt(producers.size());
        for (Known known : producers.values()) {
            writer.putLong(known.id)
                    .putInt(known.epoch)
                    .putLong(known.idleSince)
                    .putInt(known.size());
            for (int i = 0; i < known.size(); i++) {
                int place = known.at(i);
                writer.putInt((int) known.firstSequences[place]).putInt((int) known.lastSequences[place]);
                writer.putLong(known.baseOffsets[place]);
            }
        }
    }

    void read(ByteReader reader) {
        int size = reader.getInt();
        for (int i = 0; i < size; i++) {
            long id = reader.getLong();
            Known known = new Known(id, reader.getInt());
            long idleSince = reader.getLong();
            int batches = reader.getInt();
            for (int number = 0; number < batches; number++) {
                int first = reader.getInt();
                int last = reader.getInt();
                known.add(known.epoch, first, last, reader.getLong());
            }
            known.idleSince = idleSince;
            producers.put(id, known);
        }
    }

    private @Nullable Known find(long id) {
        Known last = lastUsed;
        if (last != null && last.id == id) {
            return last;
        }
        Known found = producers.get(id);
        lastUsed = found == null ? last : found;
        return found;
    }

    /** Where in {@link #staged} the last batch of a producer is among the first {@code count}, or -1. */
    private int lastStaged(long id, int count) {
        for (int row = (count - 1) * FIELDS; row >= 0; row -= FIELDS) {
            if (staged[row] == id) {
                return row;
            }
        }
        return -1;
    }

    private static boolean hasSequence(byte[] batches, int at) {
        return RecordBatch.producerId(batches, at) >= 0
                && (RecordBatch.attributes(batches, at) & RecordBatch.CONTROL) == 0;
    }

    private static long after(long sequence) {
        return (sequence + 1) & Integer.MAX_VALUE;
    }
}
