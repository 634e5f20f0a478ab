package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.TopicSettings.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the records of a batch the way Kafka's clients do, and back. Each codec is loaded when it is first used, with
 * its library. Thread-safe.
 */
abstract class Codec {
    private static final int READ_BYTES = 64 << 10;

    private final int id;

    Codec(int id) {
        this.id = id;
    }

    /** Its number in the attributes of a batch. */
    final int id() {
        return id;
    }

    /**
     * The codec of a topic, or null for none.
     *
     * @throws LogException when its library cannot be loaded here
     */
    static @Nullable Codec of(Compression compression) {
        return switch (compression) {
            case NONE -> null;
            case GZIP -> GzipCodec.INSTANCE;
            case SNAPPY -> loaded(compression, () -> SnappyCodec.INSTANCE);
            case LZ4 -> loaded(compression, () -> Lz4Codec.INSTANCE);
            case ZSTD -> loaded(compression, () -> ZstdCodec.INSTANCE);
        };
    }

    /**
     * The codec of a batch, or null when there is none of that number.
     *
     * @param id the number in its attributes, not 0
     * @throws LogException when its library cannot be loaded here
     */
    static @Nullable Codec of(int id) {
        return switch (id) {
            case GzipCodec.ID -> of(Compression.GZIP);
            case SnappyCodec.ID -> of(Compression.SNAPPY);
            case Lz4Codec.ID -> of(Compression.LZ4);
            case ZstdCodec.ID -> of(Compression.ZSTD);
            default -> null;
        };
    }

    private static Codec loaded(Compression compression, Supplier<Codec> codec) {
        try {
            return codec.get();
        } catch (LinkageError e) {
            throw new LogException(
                    "the library of the compression " + compression.name().toLowerCase(Locale.ROOT)
                            + " cannot be loaded here (" + reason(e)
                            + "); its jar must be on the class path, and the folder "
                            + "for temporary files (java.io.tmpdir, now '" + System.getProperty("java.io.tmpdir")
                            + "') must allow programs to run; or choose gzip, which needs neither",
                    e);
        }
    }

    private static Throwable reason(LinkageError e) {
        Throwable cause = e.getCause();
        return cause == null ? e : cause;
    }

    /** The most bytes that so many bytes can become. */
    abstract int maxCompressedLength(int length);

    /**
     * Compresses a part of an array.
     *
     * @param target at least {@link #maxCompressedLength} long; gets the bytes from its beginning on
     * @return how many bytes it got
     */
    abstract int compress(byte[] source, int from, int length, byte[] target);

    /** Decompresses a part of an array. */
    abstract void decompress(byte[] source, int from, int length, DecompressionBuffer target) throws PayloadException;

    /**
     * Decompresses a part of an array into an array of its own.
     *
     * @throws PayloadException when the part is not what this codec makes, or becomes more than
     *     {@link DecompressionBuffer#BYTES_MAX}
     */
    final byte[] decompress(byte[] source, int from, int length) throws PayloadException {
        DecompressionBuffer buffer = DecompressionBuffer.take();
        try {
            decompress(source, from, length, buffer);
            return buffer.copy();
        } finally {
            buffer.giveBack();
        }
    }

    /** Reads a stream to its end. */
    static void readAll(InputStream stream, DecompressionBuffer target) throws IOException, PayloadException {
        while (true) {
            target.reserve(READ_BYTES);
            int count = stream.read(target.array(), target.length(), READ_BYTES);
            if (count < 0) {
                return;
            }
            target.added(count);
        }
    }
}
