package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bytes of PostgreSQL's binary COPY, row after row, in large chunks that hold whole rows. Not thread-safe.
 *
 * <p>The current row can be abandoned. A full chunk goes to {@link Chunks} and belongs to it; {@link #recycle} brings it
 * back.
 */
final class CopyOutput {

    /** The size of a chunk; a row that is larger gets a chunk of its own. */
    static final int CHUNK_BYTES = 128 << 10;

    private static final int SPARE_CHUNKS_MAX = 256;

    /** Takes full chunks. */
    interface Chunks {
        /** A chunk with whole rows; the next row will begin in a new one. */
        void full(byte[] chunk, int length) throws SQLException;
    }

    private final Chunks chunks;
    private final Deque<byte[]> spare = new ArrayDeque<>();
    private byte[] array = new byte[CHUNK_BYTES];
    private ByteBuffer buffer = ByteBuffer.wrap(array);
    private int position;
    private int rowStart;

    CopyOutput(Chunks chunks) {
        this.chunks = chunks;
    }

    /** Begins a row of so many columns. */
    void startRow(int columns) throws SQLException {
        rowStart = position;
        putShort(columns);
    }

    /** Forgets the row that was begun. */
    void abandonRow() {
        position = rowStart;
    }

    /** Where the current row begins in its chunk. */
    int rowStart() {
        return rowStart;
    }

    /** Where the next byte will go. */
    int position() {
        return position;
    }

    /** Hands over what is there. */
    void spill() throws SQLException {
        rowStart = position;
        if (position > 0) {
            renew(CHUNK_BYTES);
        }
    }

    /** Forgets what was not handed over. */
    void clear() {
        position = 0;
        rowStart = 0;
    }

    /** Takes a chunk for further use. */
    void recycle(byte[] chunk) {
        if (chunk.length == CHUNK_BYTES && spare.size() < SPARE_CHUNKS_MAX) {
            spare.push(chunk);
        }
    }

    private void ensure(int bytes) throws SQLException {
        if (array.length - position < bytes) {
            renew(position - rowStart + bytes);
        }
    }

    /** Hands the finished rows over, and goes on in a new chunk with what is there of the current one. */
    private void renew(int needed) throws SQLException {
        byte[] old = array;
        int finished = rowStart;
        int begun = position - rowStart;
        array = needed <= CHUNK_BYTES && !spare.isEmpty() ? spare.pop() : new byte[Math.max(CHUNK_BYTES, size(needed))];
        buffer = ByteBuffer.wrap(array);
        System.arraycopy(old, finished, array, 0, begun);
        position = begun;
        rowStart = 0;
        if (finished > 0) {
            chunks.full(old, finished);
        }
    }

    /** For a row that outgrows a chunk: twice what it needs, so that it is not copied often. */
    private static int size(int needed) {
        return needed <= CHUNK_BYTES ? CHUNK_BYTES : (int) Math.min(Integer.MAX_VALUE - 16L, 2L * needed);
    }

    void putByte(int value) throws SQLException {
        ensure(1);
        array[position++] = (byte) value;
    }

    void putShort(int value) throws SQLException {
        ensure(2);
        buffer.putShort(position, (short) value);
        position += 2;
    }

    void putInt(int value) throws SQLException {
        ensure(4);
        buffer.putInt(position, value);
        position += 4;
    }

    void putLong(long value) throws SQLException {
        ensure(8);
        buffer.putLong(position, value);
        position += 8;
    }

    /** A value of one byte, with its length. */
    void byteValue(int value) throws SQLException {
        ensure(5);
        buffer.putInt(position, 1);
        array[position + 4] = (byte) value;
        position += 5;
    }

    /** A value of two bytes, with its length. */
    void shortValue(int value) throws SQLException {
        ensure(6);
        buffer.putInt(position, 2);
        buffer.putShort(position + 4, (short) value);
        position += 6;
    }

    /** A value of four bytes, with its length. */
    void intValue(int value) throws SQLException {
        ensure(8);
        buffer.putInt(position, 4);
        buffer.putInt(position + 4, value);
        position += 8;
    }

    /** A value of eight bytes, with its length. */
    void longValue(long value) throws SQLException {
        ensure(12);
        buffer.putInt(position, 8);
        buffer.putLong(position + 4, value);
        position += 12;
    }

    /** No value. */
    void nullValue() throws SQLException {
        putInt(-1);
    }

    /** Bytes, with their length. */
    void bytesValue(byte[] value) throws SQLException {
        ensure(4 + value.length);
        buffer.putInt(position, value.length);
        System.arraycopy(value, 0, array, position + 4, value.length);
        position += 4 + value.length;
    }

    /**
     * A text field, with its length.
     *
     * @return how many bytes it has, or -1 when one of them is zero
     */
    int textValue(Row row, int field) throws SQLException {
        int length = row.utf8Length(field);
        ensure(4 + length);
        buffer.putInt(position, length);
        int start = position + 4;
        row.copyUtf8(field, array, start);
        position = start + length;
        for (int i = start; i < position; i++) {
            if (array[i] == 0) {
                return -1;
            }
        }
        return length;
    }

    /** How many characters the last so many bytes are. */
    int characters(int bytes) {
        int characters = 0;
        for (int i = position - bytes; i < position; i++) {
            if ((array[i] & 0xC0) != 0x80) {
                characters++;
            }
        }
        return characters;
    }

    /** Leaves room for a length. */
    int beginValue() throws SQLException {
        putInt(0);
        return position - rowStart;
    }

    /** Writes the length of what came since {@link #beginValue}. */
    void endValue(int begun) {
        int start = rowStart + begun;
        buffer.putInt(start - 4, position - start);
    }

    /** A hash of what the current row has from here on. */
    long hash(int fromInRow) {
        long hash = 0x9E3779B97F4A7C15L;
        for (int i = rowStart + fromInRow; i < position; i++) {
            hash = (hash ^ array[i]) * 0x100000001B3L;
            hash ^= hash >>> 29;
        }
        return hash == 0 ? 1 : hash;
    }
}
