package io.mainstem.log.embedded;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote a record and the how manieth it is; what the value of each record of a {@link History} begins with. The rest of
 * the value follows from it, so that a value that is not whole is known.
 *
 * @param producer a name without a colon
 */
record Stamp(String producer, long sequence) {
    /** The longest filling of a value. */
    static final int FILLING_MAX = 1 << 18;

    private static final int STARTS = 4096;
    private static final String NOISE = noise();

    private static String noise() {
        Random random = new Random(1);
        StringBuilder noise = new StringBuilder(FILLING_MAX + STARTS);
        while (noise.length() < FILLING_MAX + STARTS) {
            noise.append((char) ('a' + random.nextInt(random.nextInt(26) + 1)));
        }
        return noise.toString();
    }

    /** The value of the record, with a filling of this length. */
    String value(int filling) {
        return producer + ":" + sequence + ":" + filling + ":" + filling(sequence, filling);
    }

    private static String filling(long sequence, int length) {
        int start = (int) (sequence * 31 % STARTS);
        return NOISE.substring(start, start + length);
    }

    /** The stamp of a value, or null when the value is not one that {@link #value} gives. */
    static @Nullable Stamp of(@Nullable String value) {
        String[] parts = value == null ? new String[0] : value.split(":", -1);
        if (parts.length != 4 || !parts[1].matches("\\d{1,18}") || !parts[2].matches("\\d{1,6}")) {
            return null;
        }
        long sequence = Long.parseLong(parts[1]);
        int length = Integer.parseInt(parts[2]);
        boolean whole = length <= FILLING_MAX && parts[3].equals(filling(sequence, length));
        return whole ? new Stamp(parts[0], sequence) : null;
    }

    @Override
    public String toString() {
        return producer + ":" + sequence;
    }
}
