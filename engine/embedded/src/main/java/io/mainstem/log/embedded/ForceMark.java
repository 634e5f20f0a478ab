package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tells the next open that a force of segments failed, or did not end: the system may then take bytes for forced that are not
 * on disk, and only writing them again brings them there.
 *
 * <p>It is one byte of a file, set before a force and cleared when it succeeded. Nothing forces that byte: the end of the
 * process leaves it in the system's cache, together with the bytes in question, and the loss of power takes both away.
 *
 * <p>Thread-safe; its lock is a leaf.
 */
final class ForceMark implements AutoCloseable {
    static final String FILE = "log.forcing";

    private final Storage storage;
    private final Path path;
    private @Nullable StoredFile file;
    private int underWay;

    ForceMark(Storage storage, Path root) {
        this.storage = storage;
        this.path = root.resolve(FILE);
    }

    /** Whether it was left set. */
    boolean isSet() throws IOException {
        byte[] state = new byte[1];
        if (storage.size(path) > 0) {
            try (StoredFile stored = storage.open(path)) {
                stored.read(ByteBuffer.wrap(state), 0);
            }
        }
        return state[0] != 0;
    }

    /** Sets it; what follows is a force. */
    synchronized void begin() throws IOException {
        write(1);
        underWay++;
    }

    /** The force succeeded. After one that failed, the mark stays. */
    synchronized void succeeded() throws IOException {
        underWay--;
        if (underWay == 0) {
            write(0);
        }
    }

    private void write(int state) throws IOException {
        StoredFile open = file;
        if (open == null) {
            open = storage.open(path);
            file = open;
        }
        open.write(ByteBuffer.wrap(new byte[] {(byte) state}), 0);
    }

    @Override
    public synchronized void close() throws IOException {
        StoredFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }
}
