package io.mainstem.connectors.file;

import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The truth about one partition in the target: how far it is written, and which bytes of which file count. One thread.
 *
 * <p>It is a file of lines, each forced before it counts. Every owner has one of its own, with a number in its name, the
 * epoch, that is one higher than the last. A new owner
 *
 * <ol>
 *   <li>makes the file of its epoch, which only one can;
 *   <li>then reads the last line of the file before;
 *   <li>writes that line into its own, forces it, and deletes the older files.
 * </ol>
 *
 * An owner adds a line, forces it, and only then looks whether its own file is still there and none of the next epoch is. If so,
 * the line counts: whoever makes the next file reads afterwards, and finds it. If not, another has taken over, and the
 * line may count or not: the new owner has decided, and its delivery goes on from there.
 */
final class Manifest implements Closeable {

    private static final int LINES_MAX = 20_000;
    private static final Pattern NAME = Pattern.compile("(\\d{1,18})\\.manifest");

    private final Path folder;
    private final long epoch;
    private final Path path;
    private final FileChannel channel;
    private @Nullable ManifestEntry last;
    private int lines;
    private boolean failed;

    private Manifest(Path folder, long epoch, Path path, FileChannel channel) {
        this.folder = folder;
        this.epoch = epoch;
        this.path = path;
        this.channel = channel;
    }

    /** Becomes the owner. */
    static Manifest takeOver(Path folder) throws IOException {
        while (true) {
            List<Long> before = epochs(folder);
            long epoch = before.isEmpty() ? 1 : before.get(before.size() - 1) + 1;
            Path path = path(folder, epoch);
            FileChannel channel;
            try {
                channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                continue;
            }
            Manifest manifest = new Manifest(folder, epoch, path, channel);
            try {
                manifest.inherit(before);
                return manifest;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }
    }

    private void inherit(List<Long> before) throws IOException {
        Disk.forceFolder(folder);
        for (int i = before.size() - 1; i >= 0 && last == null; i--) {
            last = read(path(folder, before.get(i)));
        }
        if (last != null) {
            append(last);
        }
        checkOwner();
        for (long old : before) {
            Files.deleteIfExists(path(folder, old));
        }
    }

    private static @Nullable ManifestEntry read(Path path) throws IOException {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new RetryException("another owner took over while '" + path.getFileName() + "' was read", e);
        }
        ManifestEntry entry = null;
        int start = 0;
        int end = text.indexOf('\n');
        while (end >= 0) {
            entry = parse(path, text.substring(start, end));
            start = end + 1;
            end = text.indexOf('\n', start);
        }
        return entry;
    }

    private static ManifestEntry parse(Path path, String line) {
        try {
            return ManifestEntry.parse(line);
        } catch (IOException | RuntimeException e) {
            throw new StopException(
                    "file.manifest",
                    "the manifest '" + path + "' contains a line that cannot be read: " + line,
                    "It was changed from outside, or the disk is damaged. Restore it, or write into another folder.",
                    e);
        }
    }

    private static List<Long> epochs(Path folder) throws IOException {
        List<Long> epochs = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    epochs.add(Long.parseLong(name.group(1)));
                }
            }
        }
        epochs.sort(Comparator.naturalOrder());
        return epochs;
    }

    private static Path path(Path folder, long epoch) {
        return folder.resolve(epoch + ".manifest");
    }

    /** The number of this ownership. */
    long epoch() {
        return epoch;
    }

    /** What counts. */
    Optional<ManifestEntry> last() {
        return Optional.ofNullable(last);
    }

    /**
     * Makes an entry count.
     *
     * @throws RetryException when another has taken over
     */
    void commit(ManifestEntry entry) throws IOException {
        append(entry);
        checkOwner();
        last = entry;
    }

    /** Whether there are so many lines that a new file is due. */
    boolean isLong() {
        return lines > LINES_MAX;
    }

    private void append(ManifestEntry entry) throws IOException {
        if (failed) {
            throw new IOException(
                    "an earlier line of '" + path + "' could not be forced, so that none counts any more");
        }
        ByteBuffer line = ByteBuffer.wrap((entry.toLine() + "\n").getBytes(StandardCharsets.UTF_8));
        failed = true;
        Disk.write(channel, line, path);
        Disk.force(channel, false, path);
        failed = false;
        lines++;
    }

    /** Whether nobody has taken over so far. */
    boolean isOwned() {
        return !Files.exists(path(folder, epoch + 1)) && Files.exists(path);
    }

    private void checkOwner() {
        if (!isOwned()) {
            throw new RetryException(
                    "another owner has taken over '" + folder + "'; nothing more is written here",
                    new IOException("epoch " + epoch + " has ended"));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
