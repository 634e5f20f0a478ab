package io.mainstem.connectors.jdbc;

import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.TopicPartition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.postgresql.copy.CopyIn;

/**
 * Encoded rows of one table, and where each came from: what is needed to send any range of them once more. Takes about 12
 * bytes a row beside the rows. Not thread-safe.
 */
final class CopyJournal {

    /** Takes a range of bytes. */
    interface Bytes {
        /** Consecutive rows. */
        void accept(byte[] bytes, int from, int to) throws SQLException;
    }

    private final List<byte[]> chunks = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final List<TopicPartition> runPartitions = new ArrayList<>();
    private final List<Integer> runStarts = new ArrayList<>();
    private int[] chunkOf = new int[1024];
    private int[] startOf = new int[1024];
    private long[] offsets = new long[1024];
    private int[] indexes = new int[1024];
    private int rows;

    /** A row that stands in the chunk that comes next. */
    @SuppressWarnings(
            "ReferenceEquality") // an equal partition that is another object begins another run, and that is all
    void add(int start, Message message) {
        if (rows == offsets.length) {
            grow();
        }
        chunkOf[rows] = chunks.size();
        startOf[rows] = start;
        offsets[rows] = message.offset();
        indexes[rows] = message.index();
        TopicPartition partition = Objects.requireNonNull(message.partition());
        if (rows == 0 || runPartitions.get(runPartitions.size() - 1) != partition) {
            runPartitions.add(partition);
            runStarts.add(rows);
        }
        rows++;
    }

    private void grow() {
        int size = rows * 2;
        chunkOf = Arrays.copyOf(chunkOf, size);
        startOf = Arrays.copyOf(startOf, size);
        offsets = Arrays.copyOf(offsets, size);
        indexes = Arrays.copyOf(indexes, size);
    }

    /** The chunk with the rows since the last. */
    void addChunk(byte[] chunk, int length) {
        chunks.add(chunk);
        lengths.add(length);
    }

    int rows() {
        return rows;
    }

    List<byte[]> chunks() {
        return chunks;
    }

    Origin origin(int row) {
        int run = runStarts.size() - 1;
        while (runStarts.get(run) > row) {
            run--;
        }
        return new Origin(runPartitions.get(run), offsets[row], indexes[row]);
    }

    /** Where the rows came from. */
    Set<TopicPartition> partitions() {
        return Set.copyOf(runPartitions);
    }

    /**
     * Sends a range of rows, but for some.
     *
     * @return how many they are
     */
    int send(int from, int to, BitSet without, CopyIn copy) throws SQLException {
        int sent = 0;
        int start = without.nextClearBit(from);
        while (start < to) {
            int next = without.nextSetBit(start);
            int end = next < 0 || next > to ? to : next;
            read(start, end, (chunk, first, last) -> copy.writeToCopy(chunk, first, last - first));
            sent += end - start;
            start = without.nextClearBit(end);
        }
        return sent;
    }

    /** The bytes of a range of rows. */
    void read(int from, int to, Bytes target) throws SQLException {
        if (from >= to) {
            return;
        }
        int lastChunk = chunkOf[to - 1];
        for (int chunk = chunkOf[from]; chunk <= lastChunk; chunk++) {
            int start = chunk == chunkOf[from] ? startOf[from] : 0;
            int end = to < rows && chunkOf[to] == chunk ? startOf[to] : lengths.get(chunk);
            target.accept(chunks.get(chunk), start, end);
        }
    }
}
