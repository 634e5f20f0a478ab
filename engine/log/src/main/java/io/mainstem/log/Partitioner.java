package io.mainstem.log;

/**
 * Chooses the partition for a key as Kafka's default partitioner does (murmur2, made positive, modulo), so that a topic
 * keeps its layout when it moves to Kafka.
 */
public final class Partitioner {

    private static final int SEED = 0x9747b28c;
    private static final int M = 0x5bd1e995;
    private static final int R = 24;

    private Partitioner() {}

    /**
     * The partition for a key.
     *
     * @param key holds the key
     * @param offset where it begins
     * @param length its length, not negative
     * @param partitions the number of the topic's partitions
     */
    public static int partition(byte[] key, int offset, int length, int partitions) {
        return partitions == 1 ? 0 : (murmur2(key, offset, length) & Integer.MAX_VALUE) % partitions;
    }

    /** MurmurHash2 of 32 bits by Austin Appleby (public domain), with Kafka's seed. */
    static int murmur2(byte[] data, int offset, int length) {
        int hash = SEED ^ length;
        int end = offset + (length & ~3);
        for (int i = offset; i < end; i += 4) {
            int k = (data[i] & 0xff) | (data[i + 1] & 0xff) << 8 | (data[i + 2] & 0xff) << 16 | data[i + 3] << 24;
            k *= M;
            k ^= k >>> R;
            k *= M;
            hash = hash * M ^ k;
        }
        int tail = length & 3;
        if (tail == 3) {
            hash ^= (data[end + 2] & 0xff) << 16;
        }
        if (tail >= 2) {
            hash ^= (data[end + 1] & 0xff) << 8;
        }
        if (tail >= 1) {
            hash = (hash ^ (data[end] & 0xff)) * M;
        }
        hash ^= hash >>> 13;
        hash *= M;
        return hash ^ hash >>> 15;
    }
}
