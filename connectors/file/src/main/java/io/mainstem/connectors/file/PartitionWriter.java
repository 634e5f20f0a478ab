package io.mainstem.connectors.file;

import io.mainstem.api.Config;
import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes one partition. Rows go into a part file beside the manifest; a commit forces it, then the manifest's line with the
 * length that counts and the next offset. A part file that is complete gets its name in the user's folder, by a link that
 * fails when there is such a name. One thread.
 *
 * <p>An owner never writes into a part file of the owner before: that one may still live, and write behind what counts.
 * What counts of it is copied into a file of this owner's, which is complete with that.
 */
final class PartitionWriter {

    private static final Pattern PART = Pattern.compile(".*\\.\\d+\\.part");

    private final TopicPartition partition;
    private final Path folder;
    private final Path state;
    private final Config config;
    private final Clock clock;
    private final LineFormat format;
    private Manifest manifest;

    private long committedNext = -1;
    private int generation;
    private long next = -1;
    private int leaderEpoch = -1;
    private boolean dirty;

    private @Nullable PartFile part;
    private String file = "";
    private long rows;
    private long committedRows;
    private Instant began = Instant.MAX;

    private PartitionWriter(
            TopicPartition partition, Path folder, Path state, Config config, Clock clock, Manifest manifest) {
        this.partition = partition;
        this.folder = folder;
        this.state = state;
        this.config = config;
        this.clock = clock;
        this.manifest = manifest;
        this.format = config.get(SinkOptions.FORMAT) == SinkOptions.Format.CSV
                ? new CsvLines(config.get(SinkOptions.DELIMITER).charAt(0))
                : new JsonLines();
    }

    /** Becomes the owner of a partition, and completes what the owner before has left. */
    static PartitionWriter takeOver(TopicPartition partition, Path folder, Path state, Config config, Clock clock)
            throws IOException {
        Manifest manifest = Manifest.takeOver(state);
        PartitionWriter writer = new PartitionWriter(partition, folder, state, config, clock, manifest);
        try {
            writer.inherit();
            return writer;
        } catch (IOException | RuntimeException e) {
            manifest.close();
            throw e;
        }
    }

    private void inherit() throws IOException {
        ManifestEntry last = manifest.last().orElse(null);
        if (last != null) {
            seal(last);
        }
        deleteOldParts();
        if (last == null) {
            return;
        }
        generation = last.generation();
        if (last.topicId().equals(partition.topicId())) {
            committedNext = last.next();
            next = last.next();
            leaderEpoch = last.leaderEpoch();
        } else if (config.get(SinkOptions.ON_NEW_TOPIC) == SinkOptions.OnNewTopic.APPEND) {
            generation++;
        } else {
            throw new StopException(
                    "file.new-topic",
                    "the files of " + partition + " in '" + folder
                            + "' are those of another topic of that name, with the id " + last.topicId()
                            + "; now it is " + partition.topicId(),
                    "If the topic was made anew, set on-new-topic: append to write its records into new files beside the "
                            + "old ones; or write into another folder.");
        }
    }

    /** Makes what counts of a part file a complete file. */
    private void seal(ManifestEntry last) throws IOException {
        if (last.file().isEmpty() || last.rows() == 0) {
            return;
        }
        Path old = state.resolve(last.part());
        Path target = folder.resolve(last.file());
        if (last.complete()) {
            if (Files.exists(old) && !isLinked(old)) {
                Disk.publish(old, target, last.length(), last.digest());
            }
            return;
        }
        Path own = state.resolve(partName(last.file()));
        try {
            if (Disk.copy(old, last.length(), own) != last.digest()) {
                throw damaged(old, "its bytes are not those that were written");
            }
        } catch (NoSuchFileException e) {
            throw damaged(old, "it is not there");
        } catch (EOFException e) {
            throw damaged(old, e.getMessage());
        }
        Disk.forceFolder(state);
        manifest.commit(last.completed(String.valueOf(own.getFileName())));
        Disk.publish(own, target, last.length(), last.digest());
    }

    private static StopException damaged(Path file, @Nullable String how) {
        return new StopException(
                "file.damaged",
                "the file '" + file + "' that was being written is damaged: " + how,
                "It was changed from outside, or the disk is damaged. Restore it; or remove the folder it is in, and reset "
                        + "the sink's offsets to where its complete files end.");
    }

    /** Whether the file has another name already: it was published, and then perhaps taken away from there. */
    private static boolean isLinked(Path file) throws IOException {
        try {
            return ((Number) Files.getAttribute(file, "unix:nlink")).intValue() > 1;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    private void deleteOldParts() throws IOException {
        try (Stream<Path> files = Files.list(state)) {
            for (Path old : (Iterable<Path>) files::iterator) {
                String other = String.valueOf(old.getFileName());
                if (PART.matcher(other).matches() && epochOf(other) < manifest.epoch()) {
                    Files.deleteIfExists(old);
                }
            }
        }
    }

    private String partName(String target) {
        return target + "." + manifest.epoch() + ".part";
    }

    /** The name that a part file will have in the user's folder; any other file keeps its own. */
    static Path nameOf(Path folder, Path file) {
        String name = String.valueOf(file.getFileName());
        return PART.matcher(name).matches() ? folder.resolve(name.replaceFirst("\\.\\d+\\.part$", "")) : file;
    }

    private static long epochOf(String part) {
        int end = part.length() - ".part".length();
        return Long.parseLong(part.substring(part.lastIndexOf('.', end - 1) + 1, end));
    }

    /** Where to go on, if the target knows. */
    Optional<SinkOffset> offset() {
        return next < 0 ? Optional.empty() : Optional.of(new SinkOffset(next, leaderEpoch));
    }

    /** Sets the offset by hand; what is written from there on stands in new files. */
    void reset(SinkOffset offset) throws IOException {
        complete();
        generation++;
        manifest.commit(ManifestEntry.empty(partition.topicId(), offset.next(), offset.leaderEpoch(), generation));
        committedNext = offset.next();
        next = offset.next();
        leaderEpoch = offset.leaderEpoch();
        dirty = false;
    }

    /**
     * Takes the messages of a batch. Those that were committed already are left out.
     *
     * @param bad takes the messages that cannot be written, with the reason
     */
    void write(SinkBatch batch, Map<Origin, Exception> bad) throws IOException {
        leaderEpoch = batch.leaderEpoch();
        long previous = -1;
        for (Message message : batch.messages()) {
            Origin origin =
                    message.origin().orElseThrow(() -> new IllegalArgumentException("a message without an origin"));
            if (origin.offset() < committedNext || isSkipped(message)) {
                continue;
            }
            if (bad.isEmpty() && part != null && origin.offset() != previous && isFull(message)) {
                commitUpTo(origin.offset());
                complete();
            }
            previous = origin.offset();
            try {
                write(message, origin.offset());
            } catch (IllegalArgumentException e) {
                bad.put(origin, e);
            }
        }
        if (batch.nextOffset() > next) {
            next = batch.nextOffset();
            dirty = true;
        }
    }

    private boolean isSkipped(Message message) {
        if (message.value() != null) {
            return false;
        }
        if (config.get(SinkOptions.DELETES) == SinkOptions.Deletes.STOP) {
            throw new StopException(
                    "file.delete",
                    "record " + message.origin().map(Origin::toString).orElse("") + " of " + partition
                            + " says that something was deleted",
                    "Leave deletes out with deletes: skip, or write them as lines with deletes: write.");
        }
        return config.get(SinkOptions.DELETES) == SinkOptions.Deletes.SKIP;
    }

    private boolean isFull(Message message) {
        PartFile open = part;
        return rows >= config.get(SinkOptions.ROLL_ROWS)
                || open != null && open.size() >= config.get(SinkOptions.ROLL_BYTES)
                || !format.fits(message);
    }

    private void write(Message message, long offset) throws IOException {
        PartFile open = part;
        if (open == null) {
            open = begin(message, offset);
        }
        OutputStream out = open.out();
        format.write(message, out);
        rows++;
        dirty = true;
    }

    private PartFile begin(Message first, long offset) throws IOException {
        boolean gzip = config.get(SinkOptions.COMPRESSION) == SinkOptions.Compression.GZIP;
        file = fileName(offset);
        PartFile opened = new PartFile(state.resolve(partName(file)), gzip);
        part = opened;
        Disk.forceFolder(state);
        rows = 0;
        committedRows = 0;
        began = clock.instant();
        format.begin(first, opened.out());
        return opened;
    }

    private String fileName(long offset) {
        String place = (generation == 0 ? "" : "g" + generation + "-") + String.format(Locale.ROOT, "%020d", offset);
        return config.get(SinkOptions.NAME)
                        .replace("{topic}", partition.topic())
                        .replace("{partition}", (partition.isReplay() ? "replay-" : "") + partition.partition())
                        .replace("{offset}", place)
                + SinkOptions.ending(config);
    }

    /** Makes everything that was written count. */
    void commit() throws IOException {
        if (dirty) {
            commitUpTo(next);
        }
        if (part != null && (isDue() || rows >= config.get(SinkOptions.ROLL_ROWS))) {
            complete();
        }
    }

    private void commitUpTo(long offset) throws IOException {
        PartFile open = part;
        if (open == null) {
            manifest.commit(ManifestEntry.empty(partition.topicId(), offset, leaderEpoch, generation));
        } else {
            open.force();
            manifest.commit(entry(open, offset, false));
        }
        committedNext = offset;
        committedRows = rows;
        dirty = offset < next;
    }

    private ManifestEntry entry(PartFile open, long offset, boolean complete) {
        return new ManifestEntry(
                partition.topicId(),
                offset,
                leaderEpoch,
                generation,
                file,
                String.valueOf(open.path().getFileName()),
                open.length(),
                committedRows(complete),
                open.digest(),
                complete);
    }

    private long committedRows(boolean complete) {
        return complete ? committedRows : rows;
    }

    /** Whether the open file is old enough to be complete. */
    boolean isDue() {
        return part != null && !began.plus(config.get(SinkOptions.ROLL_EVERY)).isAfter(clock.instant());
    }

    /** Ends the open file with what counts of it, and gives it its name. */
    void complete() throws IOException {
        PartFile open = part;
        if (open == null) {
            return;
        }
        if (committedRows == 0) {
            drop();
            return;
        }
        open.undo();
        open.close();
        part = null;
        manifest.commit(entry(open, committedNext, true));
        Disk.publish(open.path(), folder.resolve(file), open.length(), open.digest());
        if (manifest.isLong()) {
            manifest.close();
            manifest = Manifest.takeOver(state);
        }
    }

    /** Takes back everything since the last commit. */
    void undo() throws IOException {
        PartFile open = part;
        if (open != null && committedRows > 0) {
            open.undo();
            rows = committedRows;
        } else if (open != null) {
            drop();
        }
        next = committedNext;
        dirty = false;
    }

    private void drop() throws IOException {
        PartFile open = part;
        part = null;
        if (open != null) {
            open.close();
            Files.deleteIfExists(open.path());
        }
    }

    /** Completes the open file, unless another owner has done so, and ends. */
    void end() throws IOException {
        try {
            if (manifest.isOwned()) {
                complete();
            }
        } finally {
            abandon();
        }
    }

    private void abandon() throws IOException {
        PartFile open = part;
        part = null;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            manifest.close();
        }
    }
}
