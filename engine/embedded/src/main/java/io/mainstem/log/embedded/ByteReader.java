package io.mainstem.log.embedded;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Reads back what {@link ByteWriter} wrote and a checksum has vouched for. One thread at a time. */
final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    ByteReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    boolean hasMore() {
        return position < end;
    }

    byte[] array() {
        return bytes;
    }

    /** Passes over some bytes and returns where they began. */
    int skip(int size) {
        if (size < 0 || size > end - position) {
            throw new IllegalStateException(
                    "a field of " + size + " bytes at " + position + " does not fit into " + end);
        }
        int at = position;
        position += size;
        return at;
    }

    int getByte() {
        return bytes[skip(1)];
    }

    int getInt() {
        return Bytes.getInt(bytes, skip(4));
    }

    long getLong() {
        return Bytes.getLong(bytes, skip(8));
    }

    UUID getUuid() {
        long high = getLong();
        return new UUID(high, getLong());
    }

    String getString() {
        int size = getInt();
        return new String(bytes, skip(size), size, StandardCharsets.UTF_8);
    }
}
