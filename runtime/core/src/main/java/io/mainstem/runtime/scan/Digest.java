package io.mainstem.runtime.scan;

import java.util.HexFormat;

/**
 * 128 bits of the SHA-256 of a row's values; or of many rows, in whatever order.
 *
 * @param high the first 64 bits
 * @param low the others
 */
public record Digest(long high, long low) {

    /** That of nothing. */
    public static final Digest NONE = new Digest(0, 0);

    /** That of these rows and one more. */
    public Digest plus(Digest other) {
        return new Digest(high + other.high, low + other.low);
    }

    /** Hexadecimal. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
