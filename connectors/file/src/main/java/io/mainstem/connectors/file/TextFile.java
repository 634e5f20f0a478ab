package io.mainstem.connectors.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;

/** An open file as text in UTF-8: decompressed, and transcoded when its encoding is another. One thread. */
final class TextFile implements Closeable {

    /** How a file is compressed. */
    enum Compression {
        AUTO,
        GZIP,
        NONE
    }

    private static final byte[] BOM_UTF8 = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int BOM_BYTES = 3;

    private final FileChannel channel;
    private final InputStream input;
    private final TextBuffer buffer;
    private final boolean plain;

    private TextFile(FileChannel channel, InputStream input, boolean plain, long sizeHint) throws IOException {
        this.channel = channel;
        this.input = input;
        this.plain = plain;
        this.buffer = new TextBuffer(input, sizeHint);
        if (buffer.startsWith(BOM_UTF8)) {
            buffer.position += BOM_UTF8.length;
        }
    }

    static TextFile open(Path path, Charset encoding, Compression compression) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return open(channel, path, encoding, compression);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static TextFile open(FileChannel channel, Path path, Charset encoding, Compression compression)
            throws IOException {
        PushbackInputStream bytes = new PushbackInputStream(Channels.newInputStream(channel), BOM_BYTES);
        boolean gzip = compression == Compression.GZIP
                || compression == Compression.AUTO && (isGzipName(path) || isGzip(peek(bytes)));
        PushbackInputStream text = gzip ? new PushbackInputStream(new GzipText(bytes), BOM_BYTES) : bytes;
        Charset real = encodingOf(peek(text), encoding);
        boolean utf8 = real.equals(StandardCharsets.UTF_8) || real.equals(StandardCharsets.US_ASCII);
        InputStream input = utf8 ? text : new TranscodedText(text, real);
        return new TextFile(channel, input, utf8 && !gzip, channel.size());
    }

    private static boolean isGzipName(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
    }

    private static boolean isGzip(byte[] head) {
        return head.length >= 2 && head[0] == 0x1f && head[1] == (byte) 0x8b;
    }

    /** The byte order mark decides between the Unicode encodings, whatever was configured. */
    private static Charset encodingOf(byte[] head, Charset configured) {
        if (head.length >= 2 && configured.name().startsWith("UTF-")) {
            if (head[0] == (byte) 0xff && head[1] == (byte) 0xfe) {
                return StandardCharsets.UTF_16LE;
            }
            if (head[0] == (byte) 0xfe && head[1] == (byte) 0xff) {
                return StandardCharsets.UTF_16BE;
            }
        }
        return configured;
    }

    private static byte[] peek(PushbackInputStream input) throws IOException {
        byte[] head = input.readNBytes(BOM_BYTES);
        input.unread(head);
        return head;
    }

    /** The text, from its first character on: a byte order mark lies in front of the position. */
    TextBuffer buffer() {
        return buffer;
    }

    /** Whether the text's bytes are the file's. */
    boolean isPlain() {
        return plain;
    }

    /** Of a plain text: whether the file still has, in front of the position, the last bytes that were read there. */
    boolean stillHasTail() throws IOException {
        byte[] tail = buffer.tail();
        ByteBuffer now = ByteBuffer.allocate(tail.length);
        long from = buffer.offset() - tail.length;
        while (now.hasRemaining()) {
            if (channel.read(now, from + now.position()) < 0) {
                return false;
            }
        }
        return Arrays.equals(tail, now.array());
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            input.close();
        }
    }
}
