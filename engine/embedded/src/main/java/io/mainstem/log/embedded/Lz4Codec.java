package io.mainstem.log.embedded;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * One frame of the LZ4 frame format 1.5.1, as Kafka's clients write it: independent blocks of 64 KiB, no checksums but that
 * of the descriptor. Reads blocks of any size and passes over checksums and sizes that others write: the batch has a
 * checksum of its own.
 */
final class Lz4Codec extends Codec {
    static final int ID = 3;
    static final Codec INSTANCE = new Lz4Codec();

    private static final int BLOCK_BYTES = 64 << 10;
    private static final int SIZE = 4;

    /** Magic, version 1 with independent blocks, block size 4 (64 KiB), and the checksum of these two. */
    private static final byte[] HEADER = {0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, (byte) 0x82};

    private static final int MAGIC = 0x184D2204;
    private static final int FLAGS_AT = 4;
    private static final int SIZES_AT = 5;
    private static final int VERSION_MASK = 0xC0;
    private static final int VERSION = 0x40;
    private static final int INDEPENDENT = 0x20;
    private static final int BLOCK_CHECKSUM = 0x10;
    private static final int CONTENT_SIZE = 0x08;
    private static final int DICTIONARY = 0x01;
    private static final int STORED = 0x80000000;

    private final LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();
    private final LZ4SafeDecompressor decompressor =
            LZ4Factory.fastestInstance().safeDecompressor();
    private final int blockCompressedMax = compressor.maxCompressedLength(BLOCK_BYTES);

    private Lz4Codec() {
        super(ID);
    }

    @Override
    int maxCompressedLength(int length) {
        int blocks = (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
        return HEADER.length + blocks * (SIZE + blockCompressedMax) + SIZE;
    }

    @Override
    int compress(byte[] source, int from, int length, byte[] target) {
        System.arraycopy(HEADER, 0, target, 0, HEADER.length);
        int at = HEADER.length;
        int end = from + length;
        for (int block = from; block < end; block += BLOCK_BYTES) {
            int blockLength = Math.min(BLOCK_BYTES, end - block);
            int size = compressor.compress(source, block, blockLength, target, at + SIZE, blockCompressedMax);
            if (size < blockLength) {
                putInt(target, at, size);
            } else {
                size = blockLength;
                System.arraycopy(source, block, target, at + SIZE, size);
                putInt(target, at, size | STORED);
            }
            at += SIZE + size;
        }
        putInt(target, at, 0);
        return at + SIZE;
    }

    @Override
    void decompress(byte[] source, int from, int length, DecompressionBuffer target) throws PayloadException {
        int end = from + length;
        if (length < HEADER.length || getInt(source, from) != MAGIC) {
            throw new PayloadException("are no lz4 frame");
        }
        int flags = source[from + FLAGS_AT];
        int blockMax = blockMax(flags, source[from + SIZES_AT]);
        int at = from + HEADER.length + ((flags & CONTENT_SIZE) == 0 ? 0 : 8);
        int checksum = (flags & BLOCK_CHECKSUM) == 0 ? 0 : 4;
        while (true) {
            int size = end - at < SIZE ? -1 : getInt(source, at);
            if (size == 0) {
                return;
            }
            int stored = size & ~STORED;
            if (stored > blockMax || stored > end - at - SIZE) {
                throw new PayloadException("are cut or damaged in the lz4 block at byte " + (at - from));
            }
            block(source, at + SIZE, size, blockMax, target);
            at += SIZE + stored + checksum;
        }
    }

    private static int blockMax(int flags, int sizes) throws PayloadException {
        if ((flags & (VERSION_MASK | INDEPENDENT | DICTIONARY)) != (VERSION | INDEPENDENT)) {
            throw new PayloadException(
                    "are an lz4 frame with linked blocks, a dictionary or another version, which Kafka's"
                            + " format does not have");
        }
        int code = sizes >> 4 & 7;
        if (code < 4) {
            throw new PayloadException("are an lz4 frame whose block size " + code + " does not exist");
        }
        return 1 << 2 * code + 8;
    }

    private void block(byte[] source, int at, int size, int blockMax, DecompressionBuffer target)
            throws PayloadException {
        if (size < 0) {
            int stored = size & ~STORED;
            target.reserve(stored);
            System.arraycopy(source, at, target.array(), target.length(), stored);
            target.added(stored);
            return;
        }
        target.reserve(blockMax);
        try {
            target.added(decompressor.decompress(source, at, size, target.array(), target.length(), blockMax));
        } catch (LZ4Exception e) {
            throw new PayloadException("are damaged in an lz4 block (" + e.getMessage() + ")");
        }
    }

    /** The numbers of a frame are little-endian. */
    private static int getInt(byte[] array, int at) {
        return Integer.reverseBytes(Bytes.getInt(array, at));
    }

    private static void putInt(byte[] array, int at, int value) {
        Bytes.putInt(array, at, Integer.reverseBytes(value));
    }
}
