package io.mainstem.log.embedded;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * One zstd frame (RFC 8878) at level 3, Kafka's default, with the size of its content in its header. Frames without that
 * size, which Kafka's clients write, are read as a stream.
 */
final class ZstdCodec extends Codec {
    static final int ID = 4;
    static final Codec INSTANCE = new ZstdCodec();

    private static final int LEVEL = 3;
    private static final int KEPT_MAX = 4;

    private final Pool<ZstdCompressCtx> compressors = new Pool<>(KEPT_MAX);
    private final Pool<ZstdDecompressCtx> decompressors = new Pool<>(KEPT_MAX);

    private ZstdCodec() {
        super(ID);
        giveBack(new ZstdCompressCtx().setLevel(LEVEL));
    }

    @Override
    int maxCompressedLength(int length) {
        return Math.toIntExact(Zstd.compressBound(length));
    }

    @Override
    int compress(byte[] source, int from, int length, byte[] target) {
        ZstdCompressCtx free = compressors.take();
        ZstdCompressCtx compressor = free == null ? new ZstdCompressCtx().setLevel(LEVEL) : free;
        try {
            return compressor.compressByteArray(target, 0, target.length, source, from, length);
        } finally {
            giveBack(compressor);
        }
    }

    private void giveBack(ZstdCompressCtx compressor) {
        if (!compressors.give(compressor)) {
            compressor.close();
        }
    }

    @Override
    void decompress(byte[] source, int from, int length, DecompressionBuffer target) throws PayloadException {
        try {
            long content = Zstd.getFrameContentSize(source, from, length);
            if (content < 0) {
                readFrames(source, from, length, target);
                return;
            }
            target.reserveExactly(content);
            target.added(decompressFrame(source, from, length, target, (int) content));
        } catch (ZstdException | IOException e) {
            throw new PayloadException("are no whole zstd frame (" + e.getMessage() + ")");
        }
    }

    private int decompressFrame(byte[] source, int from, int length, DecompressionBuffer target, int content) {
        ZstdDecompressCtx free = decompressors.take();
        ZstdDecompressCtx decompressor = free == null ? new ZstdDecompressCtx() : free;
        try {
            return decompressor.decompressByteArray(target.array(), target.length(), content, source, from, length);
        } finally {
            if (!decompressors.give(decompressor)) {
                decompressor.close();
            }
        }
    }

    private static void readFrames(byte[] source, int from, int length, DecompressionBuffer target)
            throws IOException, PayloadException {
        try (ZstdInputStreamNoFinalizer stream = new ZstdInputStreamNoFinalizer(
                new ByteArrayInputStream(source, from, length), RecyclingBufferPool.INSTANCE)) {
            readAll(stream, target);
        }
    }
}
