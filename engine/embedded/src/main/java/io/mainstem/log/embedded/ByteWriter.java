package io.mainstem.log.embedded;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Collects fields in a growing array. One thread at a time. */
final class ByteWriter {
    private byte[] bytes = new byte[512];
    private int length;

    void reset() {
        length = 0;
    }

    int length() {
        return length;
    }

    /** Forgets what came after this length. */
    void truncate(int value) {
        length = value;
    }

    byte[] array() {
        return bytes;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private int extend(int size) {
        bytes = Bytes.grow(bytes, length, length + size);
        int at = length;
        length += size;
        return at;
    }

    ByteWriter putByte(int value) {
        int at = extend(1);
        bytes[at] = (byte) value;
        return this;
    }

    ByteWriter putInt(int value) {
        int at = extend(4);
        Bytes.putInt(bytes, at, value);
        return this;
    }

    ByteWriter putLong(long value) {
        int at = extend(8);
        Bytes.putLong(bytes, at, value);
        return this;
    }

    ByteWriter putUuid(UUID value) {
        return putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
    }

    ByteWriter putString(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        putInt(encoded.length);
        int at = extend(encoded.length);
        System.arraycopy(encoded, 0, bytes, at, encoded.length);
        return this;
    }
}
