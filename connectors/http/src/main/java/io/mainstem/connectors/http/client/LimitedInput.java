package io.mainstem.connectors.http.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that ends with a {@link BodyTooLargeException} when more bytes come than allowed, however few were sent to make them. */
final class LimitedInput extends FilterInputStream {

    private final long most;
    private long left;

    LimitedInput(InputStream in, long most) {
        super(in);
        this.most = most;
        this.left = most;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        if (value >= 0) {
            take(1);
        }
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        if (count > 0) {
            take(count);
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = in.skip(count);
        take(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void take(long count) throws IOException {
        left -= count;
        if (left < 0) {
            throw new BodyTooLargeException(most);
        }
    }
}
