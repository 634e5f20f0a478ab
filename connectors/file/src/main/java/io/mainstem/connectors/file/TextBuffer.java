package io.mainstem.connectors.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The part of a text that is being scanned: one array, replaced by a fresh one when more is read, because rows go on
 * referring to the old one. Knows where in the text it stands, and the digest of everything in front of that place. One
 * thread.
 */
final class TextBuffer {

    private static final int CHUNK = 256 * 1024;
    private static final byte GUARD = '\n';
    private static final int TAIL = 4096;

    private final InputStream input;
    private final CRC32C digest = new CRC32C();

    /** The text from {@link #position} to {@link #limit}, with a line end behind it as the scanner's guard. */
    byte[] bytes;

    int position;
    int limit;

    private long base;
    private int digested;
    private byte[] tailBefore = {};
    private @Nullable IOException failure;

    /** @param sizeHint how long the text is about, so that a short one costs little */
    TextBuffer(InputStream input, long sizeHint) {
        this.input = input;
        this.bytes = new byte[(int) Math.max(256, Math.min(CHUNK, sizeHint + 1)) + 1];
        this.bytes[0] = GUARD;
    }

    /** Where {@link #position} stands in the text. */
    long offset() {
        return base + position;
    }

    /** The bytes that were read and not yet consumed. */
    int remaining() {
        return limit - position;
    }

    /** The CRC32C of all bytes in front of the position. */
    long digest() {
        digest.update(bytes, digested, position - digested);
        digested = position;
        return digest.getValue();
    }

    /** The last bytes in front of the position: some thousands, or all when there are fewer. */
    byte[] tail() {
        if (position >= TAIL) {
            return Arrays.copyOfRange(bytes, position - TAIL, position);
        }
        int before = Math.min(tailBefore.length, TAIL - position);
        byte[] tail = new byte[before + position];
        System.arraycopy(tailBefore, tailBefore.length - before, tail, 0, before);
        System.arraycopy(bytes, 0, tail, before, position);
        return tail;
    }

    /**
     * Reads on.
     *
     * @return whether anything came
     */
    boolean more() throws IOException {
        if (limit + 1 < bytes.length) {
            return fill();
        }
        int kept = remaining();
        digest();
        byte[] fresh = new byte[Math.max(CHUNK, 2 * kept) + 1];
        int read = read(fresh, kept, false);
        if (read <= 0) {
            return false;
        }
        System.arraycopy(bytes, position, fresh, 0, kept);
        tailBefore = tail();
        base += position;
        bytes = fresh;
        position = 0;
        digested = 0;
        limit = kept + read;
        fill();
        return true;
    }

    /** Reads into an array; a failure behind bytes that have come waits until those are consumed. */
    private int read(byte[] target, int from, boolean someCame) throws IOException {
        IOException failed = failure;
        if (failed != null) {
            if (someCame) {
                return 0;
            }
            throw failed;
        }
        try {
            return input.read(target, from, target.length - 1 - from);
        } catch (IOException e) {
            failure = e;
            return read(target, from, someCame);
        }
    }

    /** Fills the array as far as the input goes. */
    private boolean fill() throws IOException {
        int before = limit;
        int read = 1;
        while (read > 0 && limit + 1 < bytes.length) {
            read = read(bytes, limit, limit > before);
            limit += Math.max(0, read);
        }
        bytes[limit] = GUARD;
        return limit > before;
    }

    /**
     * Moves on to a place further behind.
     *
     * @return whether the text has so many bytes
     */
    boolean skipTo(long offset) throws IOException {
        while (base + limit < offset) {
            position = limit;
            if (!more()) {
                return false;
            }
        }
        position = (int) (offset - base);
        return true;
    }

    /** The next byte without consuming it, or -1 at the end of what is there. */
    int peek() throws IOException {
        return remaining() > 0 || more() ? bytes[position] & 0xff : -1;
    }

    /** Drops everything that was read and not consumed. */
    void consumeAll() {
        position = limit;
    }

    /** Whether the text begins with this. Only at the start of the text. */
    boolean startsWith(byte[] prefix) throws IOException {
        while (remaining() < prefix.length && more()) {
            // reads until there is enough, or no more
        }
        for (int i = 0; i < prefix.length; i++) {
            if (i >= remaining() || bytes[position + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
