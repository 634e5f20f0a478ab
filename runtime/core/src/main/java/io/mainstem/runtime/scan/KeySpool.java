package io.mainstem.runtime.scan;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Keys with digests of their rows, in a temporary file, in {@value #PARTS} parts by the hash of the key. Keys are added in any order, the
 * last entry of a key counts, and a part at a time is looked at in memory: of ten million keys forty thousand, of a hundred million four
 * hundred thousand. The file has no name from the moment on at which it is opened, where the system allows that, so that nothing of it is
 * left when the process is killed. One thread.
 *
 * <p>An entry is: length of the key (4 bytes), 1 or 0 (present or gone), the key, the digest (16 bytes).
 */
public final class KeySpool implements AutoCloseable {

    /** In how many parts the keys are. */
    public static final int PARTS = 256;

    private static final int BLOCK = 16 << 10;
    private static final int ENTRY = Integer.BYTES + 1 + 2 * Long.BYTES;

    private final FileChannel file;
    private final @Nullable ByteBuffer[] buffers = new ByteBuffer[PARTS];
    private final List<List<Block>> blocks = new ArrayList<>();
    private final CRC32C hash = new CRC32C();
    private long end;

    /** Entries of one part that stand together in the file. */
    private record Block(long offset, int length) {}

    private KeySpool(FileChannel file) {
        this.file = file;
        for (int i = 0; i < PARTS; i++) {
            blocks.add(new ArrayList<>());
        }
    }

    /** An empty one, in the folder for temporary files. */
    public static KeySpool open() throws IOException {
        Path path = Files.createTempFile("mainstem-keys-", ".tmp");
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        try {
            Files.delete(path);
        } catch (IOException e) {
            // A system on which an open file keeps its name: it goes when the file is closed.
        }
        return new KeySpool(file);
    }

    /** A key that is there, with the digest of its row. */
    public void add(byte[] array, int offset, int length, Digest digest) throws IOException {
        write(array, offset, length, true, digest);
    }

    /** A key that was deleted. */
    public void remove(byte[] array, int offset, int length) throws IOException {
        write(array, offset, length, false, Digest.NONE);
    }

    private void write(byte[] array, int offset, int length, boolean isPresent, Digest digest) throws IOException {
        hash.reset();
        hash.update(array, offset, length);
        int part = (int) (hash.getValue() & PARTS - 1);
        room(part, ENTRY + length)
                .putInt(length)
                .put((byte) (isPresent ? 1 : 0))
                .put(array, offset, length)
                .putLong(digest.high())
                .putLong(digest.low());
    }

    private ByteBuffer room(int part, int bytes) throws IOException {
        ByteBuffer buffer = buffers[part];
        if (buffer != null && buffer.remaining() < bytes) {
            flush(part, buffer);
        }
        if (buffer == null || buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(Math.max(BLOCK, bytes));
            buffers[part] = buffer;
        }
        return buffer;
    }

    private void flush(int part, ByteBuffer buffer) throws IOException {
        buffer.flip();
        if (buffer.hasRemaining()) {
            blocks.get(part).add(new Block(end, buffer.remaining()));
            while (buffer.hasRemaining()) {
                end += file.write(buffer, end);
            }
        }
        buffer.clear();
    }

    /** The keys of a part that are there, with their digests. */
    public Map<Key, Digest> part(int part) throws IOException {
        ByteBuffer buffer = buffers[part];
        if (buffer != null) {
            flush(part, buffer);
        }
        Map<Key, Digest> keys = new HashMap<>();
        for (Block block : blocks.get(part)) {
            read(block, keys);
        }
        return keys;
    }

    private void read(Block block, Map<Key, Digest> keys) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(block.length());
        while (buffer.hasRemaining()) {
            if (file.read(buffer, block.offset() + buffer.position()) < 0) {
                throw new EOFException("the temporary file of keys is shorter than what was written");
            }
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
            int length = buffer.getInt();
            boolean isPresent = buffer.get() == 1;
            Key key = new Key(Arrays.copyOfRange(buffer.array(), buffer.position(), buffer.position() + length));
            buffer.position(buffer.position() + length);
            Digest digest = new Digest(buffer.getLong(), buffer.getLong());
            if (isPresent) {
                keys.put(key, digest);
            } else {
                keys.remove(key);
            }
        }
    }

    @Override
    public void close() throws IOException {
        Arrays.fill(buffers, null);
        file.close();
    }
}
