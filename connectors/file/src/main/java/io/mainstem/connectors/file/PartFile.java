package io.mainstem.connectors.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being written. What was written becomes part of it at {@link #force}, or is taken back by {@link #undo}.
 * When it is compressed, what lies between two forces is a member of its own, so that the file is whole at each. One
 * thread.
 */
final class PartFile implements Closeable {

    private static final int BUFFER = 256 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final boolean gzip;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final Raw raw = new Raw();
    private CRC32C digest = new CRC32C();
    private @Nullable GZIPOutputStream member;
    private long forced;
    private long forcedDigest;
    private long written;

    PartFile(Path path, boolean gzip) throws IOException {
        this.path = path;
        this.gzip = gzip;
        this.channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /** Where to write the next bytes. */
    OutputStream out() throws IOException {
        if (!gzip) {
            return raw;
        }
        GZIPOutputStream open = member;
        if (open == null) {
            open = new GZIPOutputStream(raw, 64 * 1024);
            member = open;
        }
        return open;
    }

    /** Makes everything that was written durable. */
    void force() throws IOException {
        if (member != null) {
            member.finish();
            member = null;
        }
        drain();
        Disk.force(channel, false, path);
        forced = written;
        forcedDigest = digest.getValue();
    }

    /** Takes back what was written since the last force. */
    void undo() throws IOException {
        if (size() == forced) {
            return;
        }
        member = null;
        buffer.clear();
        channel.truncate(forced);
        channel.position(forced);
        Disk.force(channel, true, path);
        written = forced;
        digest = new CRC32C();
        if (forced > 0) {
            long again = Disk.digest(path, forced, digest);
            if (again != forcedDigest) {
                throw new DamagedFileException("'" + path + "' was changed from outside", null);
            }
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        digest.update(buffer.array(), 0, buffer.limit());
        written += buffer.limit();
        Disk.write(channel, buffer, path);
        buffer.clear();
    }

    /** How many bytes are durable. */
    long length() {
        return forced;
    }

    /** About how many bytes were written. */
    long size() {
        return written + buffer.position();
    }

    /** The CRC32C of the bytes that are durable. */
    long digest() {
        return forcedDigest;
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private final class Raw extends OutputStream {

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                if (!buffer.hasRemaining()) {
                    drain();
                }
                int step = Math.min(buffer.remaining(), length - done);
                buffer.put(bytes, offset + done, step);
                done += step;
            }
        }
    }
}
