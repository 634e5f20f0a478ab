package io.mainstem.runtime.scan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The key of a record, as it is on the log. Immutable; equal when the bytes are. */
public final class Key {

    private final byte[] bytes;

    /**
     * A key.
     *
     * @param bytes they belong to it from here on
     */
    public Key(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The bytes, which nobody may change. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The canonical text. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
