package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyError;

/**
 * Snappy blocks of 32 KiB, framed as {@code SnappyOutputStream} of snappy-java does: a header of 16 bytes (magic, version,
 * oldest compatible version), then each block with its size before it. Data without the header is one bare block, as some
 * clients wrote it.
 */
final class SnappyCodec extends Codec {
    static final int ID = 2;
    static final Codec INSTANCE = new SnappyCodec();

    private static final int BLOCK_BYTES = 32 << 10;
    private static final int HEADER = 16;
    private static final int SIZE = 4;
    private static final byte[] MAGIC = "\u0082SNAPPY\0".getBytes(StandardCharsets.ISO_8859_1);

    private SnappyCodec() {
        super(ID);
        try {
            Snappy.maxCompressedLength(BLOCK_BYTES);
        } catch (SnappyError e) {
            throw (UnsatisfiedLinkError) new UnsatisfiedLinkError(e.getMessage()).initCause(e);
        }
    }

    @Override
    int maxCompressedLength(int length) {
        int blocks = (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
        return HEADER + blocks * (SIZE + Snappy.maxCompressedLength(BLOCK_BYTES));
    }

    @Override
    int compress(byte[] source, int from, int length, byte[] target) {
        System.arraycopy(MAGIC, 0, target, 0, MAGIC.length);
        Bytes.putInt(target, MAGIC.length, 1);
        Bytes.putInt(target, MAGIC.length + 4, 1);
        int at = HEADER;
        int end = from + length;
        try {
            for (int block = from; block < end; block += BLOCK_BYTES) {
                int size = Snappy.compress(source, block, Math.min(BLOCK_BYTES, end - block), target, at + SIZE);
                Bytes.putInt(target, at, size);
                at += SIZE + size;
            }
        } catch (IOException e) {
            throw new IllegalStateException("snappy refuses to compress " + length + " bytes", e);
        }
        return at;
    }

    @Override
    void decompress(byte[] source, int from, int length, DecompressionBuffer target) throws PayloadException {
        int end = from + length;
        try {
            if (!startsWithMagic(source, from, end)) {
                block(source, from, length, target);
                return;
            }
            int at = from + HEADER;
            while (at < end) {
                int size = end - at < SIZE ? -1 : Bytes.getInt(source, at);
                if (size < 0 || size > end - at - SIZE) {
                    throw new PayloadException("are cut or damaged in the snappy block at byte " + (at - from));
                }
                block(source, at + SIZE, size, target);
                at += SIZE + size;
            }
        } catch (IOException e) {
            throw new PayloadException("are no snappy data (" + e.getMessage() + ")");
        }
    }

    private static boolean startsWithMagic(byte[] source, int from, int end) {
        return end - from >= HEADER && Arrays.equals(source, from, from + MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    private static void block(byte[] source, int from, int size, DecompressionBuffer target)
            throws IOException, PayloadException {
        int length = Snappy.uncompressedLength(source, from, size);
        target.reserveExactly(Integer.toUnsignedLong(length));
        target.added(Snappy.uncompress(source, from, size, target.array(), target.length()));
    }
}
