package io.mainstem.log.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;

/** One gzip member (RFC 1952), by the JDK. */
final class GzipCodec extends Codec {
    static final int ID = 1;
    static final Codec INSTANCE = new GzipCodec();

    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int READ_BYTES = 8 << 10;
    private static final short MAGIC = 0x1F8B;
    private static final byte DEFLATE = 8;
    private static final byte UNKNOWN_SYSTEM = -1;

    private final Pool<Deflater> deflaters = new Pool<>(4);

    private GzipCodec() {
        super(ID);
    }

    @Override
    int maxCompressedLength(int length) {
        return length + (length >> 9) + 64;
    }

    @Override
    int compress(byte[] source, int from, int length, byte[] target) {
        Deflater free = deflaters.take();
        Deflater deflater = free == null ? new Deflater(Deflater.DEFAULT_COMPRESSION, true) : free;
        int at = HEADER;
        try {
            deflater.setInput(source, from, length);
            deflater.finish();
            while (!deflater.finished()) {
                at += deflater.deflate(target, at, target.length - TRAILER - at);
            }
        } finally {
            deflater.reset();
            if (!deflaters.give(deflater)) {
                deflater.end();
            }
        }
        CRC32 crc = new CRC32();
        crc.update(source, from, length);
        ByteBuffer bytes = ByteBuffer.wrap(target);
        bytes.putShort(MAGIC).put(DEFLATE).put((byte) 0).putInt(0).put((byte) 0).put(UNKNOWN_SYSTEM);
        bytes.order(ByteOrder.LITTLE_ENDIAN).position(at);
        bytes.putInt((int) crc.getValue()).putInt(length);
        return bytes.position();
    }

    @Override
    void decompress(byte[] source, int from, int length, DecompressionBuffer target) throws PayloadException {
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(source, from, length), READ_BYTES)) {
            readAll(stream, target);
        } catch (IOException e) {
            throw new PayloadException("are no whole gzip data (" + e.getMessage() + ")");
        }
    }
}
