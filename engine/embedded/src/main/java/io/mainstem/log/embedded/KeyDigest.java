package io.mainstem.log.embedded;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;

/**
 * Digests of keys with 128 bits: SipHash-2-4 with a secret that is drawn anew for each use, so that nobody can choose keys
 * that collide. Of n keys two have the same digest with a chance of n²/2¹²⁹: 3·10⁻²⁷ for a million.
 *
 * <p>One thread at a time.
 */
final class KeyDigest {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long secret0;
    private final long secret1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long low;
    private long high;

    KeyDigest(RandomGenerator random) {
        this(random.nextLong(), random.nextLong());
    }

    KeyDigest(long secret0, long secret1) {
        this.secret0 = secret0;
        this.secret1 = secret1;
    }

    /** Digests a key; {@link #low} and {@link #high} have the result until the next call. */
    void of(byte[] array, int from, int length) {
        v0 = secret0 ^ 0x736f6d6570736575L;
        v1 = secret1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = secret0 ^ 0x6c7967656e657261L;
        v3 = secret1 ^ 0x7465646279746573L;
        int whole = from + (length & ~7);
        for (int at = from; at < whole; at += 8) {
            mix((long) LONG.get(array, at));
        }
        long rest = (long) length << 56;
        for (int i = 0; i < (length & 7); i++) {
            rest |= (array[whole + i] & 0xFFL) << 8 * i;
        }
        mix(rest);
        v2 ^= 0xee;
        low = finish();
        v1 ^= 0xdd;
        high = finish();
    }

    private void mix(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private long finish() {
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }

    /** The first eight bytes of the digest. */
    long low() {
        return low;
    }

    /** The other eight bytes. */
    long high() {
        return high;
    }
}
