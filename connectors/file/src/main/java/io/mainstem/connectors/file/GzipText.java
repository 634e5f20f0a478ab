package io.mainstem.connectors.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip, all members of it, and takes nothing for the end but the end: the JDK's own stream takes a damaged
 * header of a later member for it, and loses what follows without a word. One thread.
 */
final class GzipText extends InputStream {

    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;

    private final InputStream input;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] compressed = new byte[64 * 1024];

    private int position;
    private int limit;
    private long consumed;
    private long textBytes;
    private boolean inMember;
    private boolean ended;

    /** @param input the compressed bytes, from the first on */
    GzipText(InputStream input) {
        this.input = input;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (!ended) {
                if (!inMember && !beginMember()) {
                    break;
                }
                int read = inflate(target, offset, length);
                if (read > 0) {
                    return read;
                }
            }
            return -1;
        } catch (DataFormatException e) {
            throw new DamagedFileException("its compressed data cannot be read on " + place(), e);
        }
    }

    private int inflate(byte[] target, int offset, int length) throws IOException, DataFormatException {
        if (inflater.needsInput() && !inflater.finished()) {
            if (position == limit && !fill()) {
                throw new EOFException("it ends in the middle of its compressed data, " + place());
            }
            inflater.setInput(compressed, position, limit - position);
            position = limit;
        }
        int read = inflater.inflate(target, offset, length);
        crc.update(target, offset, read);
        textBytes += read;
        if (inflater.finished()) {
            endMember();
        } else if (read == 0 && inflater.needsDictionary()) {
            throw new DamagedFileException("its compressed data need a dictionary, which gzip does not have", null);
        }
        return read;
    }

    private boolean beginMember() throws IOException {
        long at = consumed();
        int first = next();
        while (first == 0 && at > 0) {
            first = next();
        }
        if (first < 0) {
            ended = true;
            return false;
        }
        if (first != 0x1f || required() != 0x8b || required() != 8) {
            throw new DamagedFileException(
                    "its compressed data end at byte " + at + ", behind " + textBytes
                            + " bytes of text, and no gzip header follows them",
                    null);
        }
        skipHeader(required());
        inflater.reset();
        crc.reset();
        inMember = true;
        return true;
    }

    private void skipHeader(int flags) throws IOException {
        skip(6);
        if ((flags & FLAG_EXTRA) != 0) {
            skip(required() | required() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            skip(2);
        }
    }

    private void endMember() throws IOException {
        position = limit - inflater.getRemaining();
        inMember = false;
        long expectedCrc = fourBytes();
        long expectedSize = fourBytes();
        if (expectedCrc != crc.getValue() || expectedSize != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw new DamagedFileException("the checksum of its compressed data is wrong " + place(), null);
        }
    }

    private void skipText() throws IOException {
        int c;
        do {
            c = required();
        } while (c != 0);
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            required();
        }
    }

    private long fourBytes() throws IOException {
        return required() | required() << 8 | required() << 16 | (long) required() << 24;
    }

    private int required() throws IOException {
        int next = next();
        if (next < 0) {
            throw new EOFException("it ends in the middle of its compressed data, " + place());
        }
        return next;
    }

    private int next() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        return compressed[position++] & 0xff;
    }

    private boolean fill() throws IOException {
        consumed += limit;
        position = 0;
        limit = Math.max(0, input.read(compressed, 0, compressed.length));
        return limit > 0;
    }

    private long consumed() {
        return consumed + position;
    }

    private String place() {
        return "at byte " + consumed() + ", behind " + textBytes + " bytes of text";
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        input.close();
    }
}
