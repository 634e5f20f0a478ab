package io.mainstem.connectors.http.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends with an error where one record has more bytes than are kept in memory, whoever reads it and however. One thread. */
final class RecordInput extends FilterInputStream {

    /** What a reader may have read ahead. */
    private static final long AHEAD = 256 << 10;

    private long bytes;

    RecordInput(InputStream in) {
        super(in);
    }

    /** A record begins, or something that nobody keeps. */
    void begin() {
        bytes = 0;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        count(count);
        return count;
    }

    private void count(int more) throws RecordTooLargeException {
        bytes += Math.max(0, more);
        if (bytes > JsonRecords.RECORD_MAX + AHEAD) {
            throw new RecordTooLargeException(JsonRecords.RECORD_MAX);
        }
    }
}
