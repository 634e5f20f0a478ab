package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The direct buffer through which arrays go to files, in big writes. Guarded by the append lock. */
final class Staging {
    private static final int BYTES = 1 << 20;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);

    /** Writes part of an array. */
    void write(StoredFile file, byte[] array, int from, int length, long at) throws IOException {
        int done = 0;
        while (done < length) {
            int part = Math.min(BYTES, length - done);
            buffer.clear();
            buffer.put(array, from + done, part);
            buffer.flip();
            file.write(buffer, at + done);
            done += part;
        }
    }

    /** The empty buffer, for a gathered write. */
    ByteBuffer clear() {
        return buffer.clear();
    }
}
