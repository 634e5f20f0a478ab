package io.mainstem.connectors.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns text of another encoding into UTF-8. What the encoding does not allow becomes a byte that UTF-8 does not allow, so
 * that whoever checks the UTF-8 finds the place. One thread.
 */
final class TranscodedText extends InputStream {

    private static final byte INVALID = (byte) 0xff;

    private final InputStream input;
    private final CharsetDecoder decoder;
    private final CharsetEncoder encoder = StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer raw = ByteBuffer.allocate(64 * 1024).flip();
    private final CharBuffer chars = CharBuffer.allocate(32 * 1024).flip();
    private final ByteBuffer utf8 = ByteBuffer.allocate(128 * 1024).flip();
    private boolean ended;

    TranscodedText(InputStream input, Charset charset) {
        this.input = input;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (!utf8.hasRemaining()) {
            if (!advance()) {
                return -1;
            }
        }
        int read = Math.min(length, utf8.remaining());
        utf8.get(target, offset, read);
        return read;
    }

    /** One step: reads, decodes and encodes. */
    private boolean advance() throws IOException {
        if (ended && !raw.hasRemaining() && !chars.hasRemaining()) {
            return false;
        }
        if (!ended) {
            fill();
        }
        utf8.clear();
        decode();
        encode();
        utf8.flip();
        return true;
    }

    private void fill() throws IOException {
        raw.compact();
        int read = input.read(raw.array(), raw.position(), raw.remaining());
        ended = read < 0;
        raw.position(raw.position() + Math.max(0, read));
        raw.flip();
    }

    private void decode() {
        chars.compact();
        CoderResult result = decoder.decode(raw, chars, ended);
        chars.flip();
        if (result.isError() && !chars.hasRemaining()) {
            raw.position(raw.position() + result.length());
            utf8.put(INVALID);
        }
    }

    private void encode() {
        CoderResult result = encoder.encode(chars, utf8, ended && !raw.hasRemaining());
        if (result.isError()) {
            chars.position(chars.position() + result.length());
            utf8.put(INVALID);
        }
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
