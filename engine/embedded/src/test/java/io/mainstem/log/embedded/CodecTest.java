package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.Headers;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each codec against that of Kafka's clients, and against data that nobody should have written. */
class CodecTest {
    private static final int SEEDS = Integer.getInteger("codec.seeds", 150);
    private static final int BYTES_MAX = 300_000;
    private static final byte MAGIC = 2;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatOneSideCompressesTheOtherOneReads(Compression compression) throws Exception {
        for (long seed = firstSeed(); seed < lastSeed(); seed++) {
            byte[] records = randomRecords(new Random(seed));
            byte[] ours = compress(compression, records);
            String again = "again with -Dseed=" + seed;
            assertThat(decompress(compression, ours)).as(again).isEqualTo(records);
            assertThat(kafkaDecompress(compression, ours)).as(again).isEqualTo(records);
            assertThat(decompress(compression, kafkaCompress(compression, records)))
                    .as(again)
                    .isEqualTo(records);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void damagedDataIsToldOrReadAndNothingElse(Compression compression) throws Exception {
        for (long seed = firstSeed(); seed < lastSeed(); seed++) {
            Random random = new Random(seed);
            byte[] records = randomRecords(random);
            byte[] data = random.nextBoolean() ? compress(compression, records) : kafkaCompress(compression, records);
            for (int round = 0; round < 20; round++) {
                byte[] damaged = damage(data, random);
                try {
                    decompress(compression, damaged);
                } catch (PayloadException e) {
                    assertThat(e.getMessage()).startsWith("are ");
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("again with -Dseed=" + seed, e);
                }
            }
        }
    }

    private static byte[] damage(byte[] data, Random random) {
        byte[] damaged = Arrays.copyOf(data, random.nextInt(3) == 0 ? random.nextInt(data.length) : data.length);
        for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) {
            // Most of the structure is at the beginning.
            int at = random.nextInt(random.nextBoolean() ? damaged.length : Math.min(damaged.length, 40));
            damaged[at] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void dataThatWouldFillTheMemoryIsRefused(Compression compression) throws Exception {
        byte[] bomb = bomb(compression);
        assertThat(bomb.length).isLessThan(compression == Compression.SNAPPY ? 8 << 20 : 1 << 20);

        byte[] batch = batchOf(bomb, Codec.of(compression).id(), 700);
        RecordCursor cursor = cursor(3, "/data/x.log", batch, 700);

        assertThatThrownBy(cursor::next).isInstanceOfSatisfying(CorruptRecordException.class, e -> {
            assertThat(e)
                    .hasMessageContaining("more than 134217728 bytes")
                    .hasMessageContaining("orders-3")
                    .hasMessageContaining("/data/x.log")
                    .hasMessageContaining("offsets 700 to 709");
            assertThat(e.firstOffset()).isEqualTo(700);
            assertThat(e.nextOffset()).isEqualTo(710);
        });
        assertThat(cursor.next()).isFalse();
    }

    /** A few MiB or less that become more than the limit; with zstd, 10 GiB. */
    private static byte[] bomb(Compression compression) throws IOException {
        return switch (compression) {
            case GZIP -> {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (OutputStream out = new GZIPOutputStream(bytes)) {
                    for (int i = 0; i < 130; i++) {
                        out.write(new byte[1 << 20]);
                    }
                }
                yield bytes.toByteArray();
            }
            case SNAPPY -> {
                byte[] zeros = compress(Compression.SNAPPY, new byte[32 << 10]);
                ByteArrayOutputStream data = new ByteArrayOutputStream();
                data.write(zeros, 0, 16);
                for (int i = 0; i < (128 << 20) / (32 << 10) + 1; i++) {
                    data.write(zeros, 16, zeros.length - 16);
                }
                yield data.toByteArray();
            }
            case LZ4 -> {
                byte[] zeros = compress(Compression.LZ4, new byte[64 << 10]);
                ByteArrayOutputStream data = new ByteArrayOutputStream();
                data.write(zeros, 0, 7);
                for (int i = 0; i < (128 << 20) / (64 << 10) + 1; i++) {
                    data.write(zeros, 7, zeros.length - 7 - 4);
                }
                data.write(new byte[4]);
                yield data.toByteArray();
            }
            case ZSTD -> {
                // Blocks of 128 KiB, each one byte that is repeated.
                ByteBuffer data = ByteBuffer.allocate(6 + 4 * 81_920);
                data.put(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x00, 0x38});
                for (int i = 0; i < 81_920; i++) {
                    int header = (128 << 10) << 3 | 1 << 1 | (i == 81_919 ? 1 : 0);
                    data.put(new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16), 0});
                }
                yield data.array();
            }
            case NONE -> throw new IllegalArgumentException();
        };
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void theLimitItselfIsNotOverIt(Compression compression) throws Exception {
        byte[] data = compress(compression, new byte[DecompressionBuffer.BYTES_MAX]);

        assertThat(decompress(compression, data)).hasSize(DecompressionBuffer.BYTES_MAX);
        byte[] more = compress(compression, new byte[DecompressionBuffer.BYTES_MAX + 1]);
        assertThatThrownBy(() -> decompress(compression, more))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("which is the limit");
    }

    @Test
    void aZstdFrameThatClaimsTooMuchIsRefusedBeforeItIsRead() {
        // Single segment, the size of the content in eight bytes: 10 GiB.
        byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, (byte) 0xE0, 0, 0, 0, (byte) 0x80, 2, 0, 0, 0, 1, 0, 0};

        assertThatThrownBy(() -> decompress(Compression.ZSTD, frame))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("more than 134217728 bytes");
    }

    @Test
    void recordsThatDoNotFitTheirBatchAreTold() throws Exception {
        byte[] batch = batchOf(compress(Compression.LZ4, new byte[] {100, 0, 0, 0}), 3, 5);
        RecordCursor cursor = cursor(0, "x.log", batch, 5);

        assertThatThrownBy(cursor::next)
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("offsets 5 to 14 of orders-0 in 'x.log' have lengths that do not fit");
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void anUnknownCodecIsNamed() {
        byte[] batch = batchOf(new byte[10], 6, 5);
        RecordCursor cursor = cursor(0, "x.log", batch, 5);

        assertThatThrownBy(cursor::next).hasMessageContaining("codec 6, which does not exist");
    }

    private static RecordCursor cursor(int partition, String file, byte[] batch, long offset) {
        TopicPartition name = new TopicPartition("orders", partition);
        return new LogChunk(name, Path.of(file), new ReadArrays(), batch, batch.length, offset, offset + 10, 0)
                .cursor();
    }

    /** A batch of ten records, if its payload has them. */
    private static byte[] batchOf(byte[] payload, int codec, long baseOffset) {
        byte[] batch = new byte[61 + payload.length];
        System.arraycopy(payload, 0, batch, 61, payload.length);
        Bytes.putLong(batch, RecordBatch.BASE_OFFSET, baseOffset);
        Bytes.putInt(batch, RecordBatch.LENGTH, batch.length - 12);
        batch[RecordBatch.MAGIC] = 2;
        Bytes.putShort(batch, RecordBatch.ATTRIBUTES, codec);
        Bytes.putInt(batch, RecordBatch.LAST_OFFSET_DELTA, 9);
        Bytes.putInt(batch, RecordBatch.COUNT, 10);
        return batch;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aBatchThatDoesNotGetSmallerIsLeftAsItIs(Compression compression) {
        BatchEncoder encoder = new BatchEncoder();
        encoder.reset(1 << 20, false, compression, false, 1, 0, 0);
        byte[] noise = new byte[50_000];
        new Random(1).nextBytes(noise);
        encoder.append(0, noise, 0, -1, noise, 0, noise.length, Headers.EMPTY);
        encoder.finish(0);
        int length = encoder.length();
        assertThat(codecOf(encoder, 0)).isZero();

        encoder.append(0, noise, 0, -1, new byte[50_000], 0, 50_000, Headers.EMPTY);
        encoder.finish(0);

        assertThat(codecOf(encoder, length)).isEqualTo(Codec.of(compression).id());
        assertThat(encoder.length() - length).isLessThan(5_000);
        assertThat(encoder.uncompressedLength()).isEqualTo(2 * length);
    }

    private static int codecOf(BatchEncoder encoder, int at) {
        return RecordBatch.attributes(encoder.array(), at) & RecordBatch.CODEC_MASK;
    }

    @Test
    void lz4AndSnappyFramesAreByteForByteThoseOfKafka() throws Exception {
        byte[] records = randomRecords(new Random(5));
        for (Compression compression : new Compression[] {Compression.LZ4, Compression.SNAPPY}) {
            assertThat(compress(compression, records)).isEqualTo(kafkaCompress(compression, records));
        }
    }

    private static long firstSeed() {
        return Long.getLong("seed", 0);
    }

    private static long lastSeed() {
        return Long.getLong("seed") == null ? SEEDS : firstSeed() + 1;
    }

    /** Repeated words, numbers, noise and long runs, in any mixture. */
    private static byte[] randomRecords(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(random.nextBoolean() ? 2_000 : BYTES_MAX)];
        byte[] word = "{\"customer\": \"anna\", \"amount\": ".getBytes(StandardCharsets.UTF_8);
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(200));
            switch (random.nextInt(3)) {
                case 0 -> System.arraycopy(word, 0, bytes, at, length = Math.min(length, word.length));
                case 1 -> Arrays.fill(bytes, at, at + length, (byte) random.nextInt());
                default -> {
                    for (int i = at; i < at + length; i++) {
                        bytes[i] = (byte) random.nextInt();
                    }
                }
            }
            at += length;
        }
        return bytes;
    }

    private static byte[] compress(Compression compression, byte[] records) {
        Codec codec = Codec.of(compression);
        byte[] source = new byte[records.length + 10];
        System.arraycopy(records, 0, source, 7, records.length);
        byte[] target = new byte[codec.maxCompressedLength(records.length)];
        return Arrays.copyOf(target, codec.compress(source, 7, records.length, target));
    }

    private static byte[] decompress(Compression compression, byte[] data) throws PayloadException {
        byte[] source = new byte[data.length + 20];
        System.arraycopy(data, 0, source, 13, data.length);
        return Codec.of(compression).decompress(source, 13, data.length);
    }

    private static org.apache.kafka.common.compress.Compression kafka(Compression compression) {
        return org.apache.kafka.common.compress.Compression.of(
                        CompressionType.forName(compression.name().toLowerCase(Locale.ROOT)))
                .build();
    }

    private static byte[] kafkaCompress(Compression compression, byte[] records) throws IOException {
        ByteBufferOutputStream bytes = new ByteBufferOutputStream(1 << 10);
        try (OutputStream out = kafka(compression).wrapForOutput(bytes, MAGIC)) {
            out.write(records);
        }
        ByteBuffer buffer = bytes.buffer().flip();
        byte[] data = new byte[buffer.remaining()];
        buffer.get(data);
        return data;
    }

    private static byte[] kafkaDecompress(Compression compression, byte[] data) throws IOException {
        try (InputStream in =
                kafka(compression).wrapForInput(ByteBuffer.wrap(data), MAGIC, BufferSupplier.NO_CACHING)) {
            return in.readAllBytes();
        }
    }
}
