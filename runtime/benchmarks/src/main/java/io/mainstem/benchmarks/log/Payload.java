package io.mainstem.benchmarks.log;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/**
 * Records of one size: a key of 12 bytes and a value like JSON, half of which does not compress. A record's bytes lie in one array
 * at {@link #keyAt} and {@link #valueAt}, and again as arrays of their own for interfaces that want those.
 */
final class Payload {

    static final int KEY_BYTES = 12;
    private static final int DIFFERENT = 4096;
    private static final long SEED = 42;

    final int recordBytes;
    final int valueBytes;
    final byte[] all;
    final byte[][] keys = new byte[DIFFERENT][];
    final byte[][] values = new byte[DIFFERENT][];

    Payload(int recordBytes) {
        this.recordBytes = recordBytes;
        this.valueBytes = recordBytes - KEY_BYTES;
        this.all = new byte[DIFFERENT * recordBytes];
        Random random = new Random(SEED);
        for (int i = 0; i < DIFFERENT; i++) {
            keys[i] = String.format(Locale.ROOT, "key-%08d", random.nextInt(100_000_000))
                    .getBytes(StandardCharsets.US_ASCII);
            values[i] = value(random);
            System.arraycopy(keys[i], 0, all, keyAt(i), KEY_BYTES);
            System.arraycopy(values[i], 0, all, valueAt(i), valueBytes);
        }
    }

    private byte[] value(Random random) {
        byte[] value = new byte[valueBytes];
        byte[] text = "{\"customer\":\"0000\",\"status\":\"shipped\",\"total\":\"".getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < valueBytes; at++) {
            value[at] = at / text.length % 2 == 0 ? text[at % text.length] : (byte) (33 + random.nextInt(90));
        }
        return value;
    }

    /** The number of the record's content: contents come again. */
    static int content(long number) {
        return (int) (number & DIFFERENT - 1);
    }

    int keyAt(int content) {
        return content * recordBytes;
    }

    int valueAt(int content) {
        return content * recordBytes + KEY_BYTES;
    }
}
