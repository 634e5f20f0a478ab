package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The direct buffer through which arrays go to files, in big writes. Guarded by the append lock. */
final class Staging {
    private static final int BYTES_MAX = 1 << 20;

    private final ByteBuffer buffer;

    /** A buffer that suits a journal of files of this size. */
    Staging(long journalFileBytes) {
        buffer = ByteBuffer.allocateDirect((int) Math.min(BYTES_MAX, journalFileBytes));
    }

    /** Writes part of an array. */
    void write(StoredFile file, byte[] array, int from, int length, long at) throws IOException {
        int done = 0;
        while (done < length) {
            int part = Math.min(buffer.capacity(), length - done);
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
