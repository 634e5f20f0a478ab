package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file of some blocks that are given back when the disk is full, so that what makes room has the room that it needs: a
 * frame of the journal and a checkpoint. One thread at a time.
 */
final class Ballast {
    static final String FILE = "log.reserve";

    private static final byte[] ZEROS = new byte[64 << 10];

    private final Storage storage;
    private final Path file;
    private final long size;

    Ballast(Storage storage, Path root, long size) {
        this.storage = storage;
        this.file = root.resolve(FILE);
        this.size = size;
    }

    /** Takes the blocks, unless they are there. Does without them when the disk is too full. */
    synchronized void take() {
        try {
            if (storage.size(file) >= size) {
                return;
            }
            try (StoredFile stored = storage.open(file)) {
                for (long at = stored.size(); at < size; at += ZEROS.length) {
                    stored.write(ByteBuffer.wrap(ZEROS, 0, (int) Math.min(ZEROS.length, size - at)), at);
                }
            }
        } catch (IOException e) {
            give();
        }
    }

    /** Gives the blocks back; false when there were none. */
    synchronized boolean give() {
        try {
            boolean some = storage.size(file) > 0;
            storage.delete(file);
            return some;
        } catch (IOException e) {
            return false;
        }
    }
}
