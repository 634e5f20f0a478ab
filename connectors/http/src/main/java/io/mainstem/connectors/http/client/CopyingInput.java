package io.mainstem.connectors.http.client;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Keeps the beginning of what is read through it. One thread. */
final class CopyingInput extends FilterInputStream {

    private final int most;
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

    CopyingInput(InputStream in, int most) {
        super(in);
        this.most = most;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        if (value >= 0 && copy.size() < most) {
            copy.write(value);
        }
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        if (count > 0) {
            copy.write(bytes, offset, Math.min(count, most - copy.size()));
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 8192)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** The beginning as text; what breaks off is what came until then. */
    String beginning() {
        try {
            readNBytes(most - copy.size());
        } catch (IOException e) {
            return copy.toString(StandardCharsets.UTF_8);
        }
        return copy.toString(StandardCharsets.UTF_8);
    }
}
