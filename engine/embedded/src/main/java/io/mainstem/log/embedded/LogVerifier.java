package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.StorageException;
import io.mainstem.log.embedded.LogReport.Kind;
import io.mainstem.log.embedded.LogReport.Severity;
import io.mainstem.log.embedded.LogReport.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every batch and every index entry in a folder of the embedded log or of a Kafka broker, and changes nothing.
 *
 * <ul>
 *   <li>The checksum, size, offsets and records of each batch; that batches and files follow one another; leader epochs;
 *       that index entries lead to the batches that they name.
 *   <li>Of a folder of ours also its checkpoint and journal, and that each partition reaches as far as these say. When the
 *       log was not closed in order, what lies behind the checkpoint is for the journal to decide, and a torn end is no
 *       damage.
 *   <li>Of a broker's folder its checkpoints of compaction, recovery and leader epochs, so far as they are there. Gaps that
 *       compaction made are right.
 *   <li>The records of a batch are decompressed, up to 128 MiB; what is in keys and values is not looked at.
 * </ul>
 */
public final class LogVerifier {
    private static final Pattern PARTITION = Pattern.compile(".+-\\d{1,9}");
    private static final Pattern SEGMENT = Pattern.compile("\\d{20}\\.log");

    private final Path folder;
    private final Consumer<Path> progress;
    private final Storage storage = new ReadOnlyStorage();
    private final Findings findings = new Findings();
    private boolean inUse;

    private LogVerifier(Path folder, Consumer<Path> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Looks at a folder.
     *
     * @param folder a data folder of ours or of a broker, or the folder of one partition
     * @param progress hears of each partition folder before it is looked at
     * @throws LogException when it is none of these, or the library of a compression cannot be loaded here
     * @throws StorageException when the disk cannot be read
     */
    public static LogReport verify(Path folder, Consumer<Path> progress) {
        if (!Files.isDirectory(folder)) {
            throw new LogException("there is no folder '" + folder + "'");
        }
        try {
            return new LogVerifier(folder, progress).run();
        } catch (IOException e) {
            throw new StorageException("'" + folder + "' cannot be read (" + e + "); check rights and disk", e);
        }
    }

    private LogReport run() throws IOException {
        List<String> names = storage.list(folder);
        Kind kind = kind(names);
        inUse = kind != Kind.PARTITION && FolderLock.isTaken(folder, kind == Kind.KAFKA ? ".lock" : FolderLock.FILE);
        switch (kind) {
            case MAINSTEM -> verifyOurs(names);
            case KAFKA -> verifyKafka(names);
            case PARTITION ->
                verifyPartition(
                        folder, KafkaFolder.ofPartition(storage, folder, findings, ExpectedPartition.UNKNOWN), false);
        }
        return new LogReport(
                folder,
                kind,
                inUse,
                findings.partitions,
                findings.segments,
                findings.batches,
                findings.records,
                findings.bytes,
                findings.list,
                findings.damages);
    }

    private Kind kind(List<String> names) throws IOException {
        if (names.contains(Snapshot.FILE) || !Journal.numbers(storage, folder).isEmpty()) {
            return Kind.MAINSTEM;
        }
        if (hasSegments(names)) {
            return Kind.PARTITION;
        }
        if (names.stream().anyMatch(KafkaFolder::isKnown) || hasPartitionWithSegments(names)) {
            return Kind.KAFKA;
        }
        throw new LogException("'" + folder + "' is no data folder: it has neither '" + Snapshot.FILE
                + "' nor a folder of a partition with segments");
    }

    private static boolean hasSegments(List<String> names) {
        return names.stream().anyMatch(name -> SEGMENT.matcher(name).matches());
    }

    /** The name alone may be that of any folder. */
    private boolean hasPartitionWithSegments(List<String> names) throws IOException {
        for (String name : names) {
            if (isPartition(name) && hasSegments(storage.list(folder.resolve(name)))) {
                return true;
            }
        }
        return false;
    }

    private boolean isPartition(String name) {
        return PARTITION.matcher(name).matches() && Files.isDirectory(folder.resolve(name));
    }

    private void verifyPartition(Path partition, ExpectedPartition expected, boolean ours) throws IOException {
        progress.accept(partition);
        new PartitionVerifier(partition, storage, expected, findings, ours, inUse).run();
    }

    private void verifyOurs(List<String> names) throws IOException {
        DataFolder data = new DataFolder(folder, storage, 16);
        LogState state = new LogState(data);
        Snapshot.Info info = readSnapshot(state);
        boolean clean = info != null && info.clean() && !inUse;
        if (info != null && !inUse) {
            verifyJournal(info);
        }
        Map<String, ExpectedPartition> known = new TreeMap<>();
        for (Topic topic : state.topics()) {
            for (PartitionLog partition : topic.partitions()) {
                known.put(partition.name.toString(), expected(topic, partition, clean));
            }
        }
        TreeSet<String> all = new TreeSet<>(known.keySet());
        names.stream().filter(this::isPartition).forEach(all::add);
        for (String name : all) {
            ExpectedPartition expected = known.get(name);
            if (expected == null && info != null) {
                noteUnknown(name, clean);
            }
            Path path = folder.resolve(name);
            if (Files.isDirectory(path)) {
                verifyPartition(path, expected == null ? unknownPartition(clean) : expected, true);
            } else if (expected != null && expected.end() > expected.start()) {
                missingFolder(path, expected, clean);
            }
        }
    }

    private static ExpectedPartition unknownPartition(boolean clean) {
        return clean ? ExpectedPartition.UNKNOWN : new ExpectedPartition(-1, -1, 0, 0, false, false, null);
    }

    private Snapshot.@Nullable Info readSnapshot(LogState state) throws IOException {
        Path file = folder.resolve(Snapshot.FILE);
        try {
            Snapshot.Info info = Snapshot.read(storage, folder, state);
            if (info == null) {
                findings.add(
                        Severity.DAMAGE,
                        Subject.CHECKPOINT,
                        file,
                        "it is missing, and there is a journal; topics, settings and the ends of partitions are not known",
                        "restore the data folder from a copy");
            }
            return info;
        } catch (LogException e) {
            findings.add(
                    Severity.DAMAGE,
                    Subject.CHECKPOINT,
                    file,
                    String.valueOf(e.getMessage()),
                    "segments are looked at without it: their sequence can be checked, their ends cannot");
            return null;
        }
    }

    private void verifyJournal(Snapshot.Info info) throws IOException {
        try {
            new JournalReader(storage, folder, info.place()).read(entries -> {}, info.clean());
        } catch (LogException e) {
            findings.add(
                    Severity.DAMAGE,
                    Subject.JOURNAL,
                    folder,
                    String.valueOf(e.getMessage()),
                    "restore the data folder from a copy");
        }
    }

    private static ExpectedPartition expected(Topic topic, PartitionLog partition, boolean clean) {
        PartitionLog.Extent extent = partition.extent();
        // The journal may have compacted more than the checkpoint says.
        boolean mayBeMore = !clean && topic.description().settings().cleanup().compacts();
        return new ExpectedPartition(
                extent.start(),
                extent.end(),
                extent.end(),
                mayBeMore ? Long.MAX_VALUE : partition.compacted().cleanEnd(),
                true,
                clean,
                clean ? partition.epochs().starts() : null);
    }

    private void noteUnknown(String name, boolean clean) {
        findings.add(
                Severity.NOTE,
                Subject.FILE,
                folder.resolve(name),
                "the checkpoint knows no topic with this partition",
                clean ? "nothing: the log does not read it" : "nothing: the topic may be newer than the checkpoint");
    }

    private void missingFolder(Path path, ExpectedPartition expected, boolean clean) {
        findings.add(new LogReport.Finding(
                inUse ? Severity.NOTE : Severity.DAMAGE,
                Subject.FILE,
                path,
                -1,
                -1,
                expected.start(),
                expected.end(),
                "the folder of the partition is missing",
                (clean
                                ? ""
                                : "nothing, if the topic was deleted just before the log ended without being closed; otherwise ")
                        + "restore the data folder from a copy"));
    }

    private void verifyKafka(List<String> names) throws IOException {
        KafkaFolder kafka = KafkaFolder.read(storage, folder, names, inUse, findings);
        List<String> partitions = new ArrayList<>(names);
        partitions.removeIf(name -> !isPartition(name));
        partitions.sort(null);
        for (String name : partitions) {
            Path path = folder.resolve(name);
            verifyPartition(path, kafka.expected(path), false);
        }
        for (String name : new TreeSet<>(names)) {
            if (!isPartition(name) && Files.isDirectory(folder.resolve(name))) {
                findings.add(
                        Severity.NOTE,
                        Subject.FILE,
                        folder.resolve(name),
                        "it is no folder of a partition in use",
                        "nothing: folders that a broker deletes, moves or has lost track of are not looked at");
            }
        }
    }
}
