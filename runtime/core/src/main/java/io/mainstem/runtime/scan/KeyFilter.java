package io.mainstem.runtime.scan;

/**
 * Remembers keys in 8 MiB, whatever their number: it never denies one that it was given, and may claim one that it was not (of a million
 * keys about one in a hundred thousand, of ten million one in twenty). A Bloom filter. One thread.
 */
public final class KeyFilter {

    private static final int BITS_LOG = 26;
    private static final int HASHES = 4;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final long[] words = new long[1 << BITS_LOG - 6];

    /** An empty one. */
    public KeyFilter() {}

    /** Remembers a key. */
    public void add(byte[] array, int offset, int length) {
        long hash = hash(array, offset, length);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i);
            words[bit >>> 6] |= 1L << bit;
        }
    }

    /** Whether it may have been given that key. */
    public boolean mayHave(byte[] array, int offset, int length) {
        long hash = hash(array, offset, length);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i);
            if ((words[bit >>> 6] & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(long hash, int number) {
        int first = (int) hash;
        int second = (int) (hash >>> 32) | 1;
        return first + number * second >>> 32 - BITS_LOG;
    }

    private static long hash(byte[] array, int offset, int length) {
        long hash = FNV_OFFSET;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ array[i] & 0xFF) * FNV_PRIME;
        }
        return mixed(hash);
    }

    /** Every bit of the result depends on every bit of the hash. */
    private static long mixed(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
