package io.mainstem.log.embedded;

import io.mainstem.log.embedded.LogReport.Severity;
import io.mainstem.log.embedded.LogReport.Subject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a broker's own checkpoint files say of its partitions. Each begins with a line for its version and one for the
 * number of its entries; an entry is a line of words. What is not there is not known.
 */
final class KafkaFolder {
    private static final String COMPACTED = "cleaner-offset-checkpoint";
    private static final String FORCED = "recovery-point-offset-checkpoint";
    private static final String STARTS = "log-start-offset-checkpoint";
    private static final String EPOCHS = "leader-epoch-checkpoint";
    private static final List<String> KNOWN = List.of(
            "meta.properties",
            "replication-offset-checkpoint",
            "bootstrap.checkpoint",
            ".kafka_cleanshutdown",
            COMPACTED,
            FORCED,
            STARTS);

    private final Storage storage;
    private final Findings findings;
    private final boolean clean;
    private final boolean inUse;
    private final @Nullable Map<String, Long> compacted;
    private final Map<String, Long> forced;
    private final Map<String, Long> starts;

    private KafkaFolder(
            Storage storage,
            Findings findings,
            boolean clean,
            boolean inUse,
            @Nullable Map<String, Long> compacted,
            Map<String, Long> forced,
            Map<String, Long> starts) {
        this.storage = storage;
        this.findings = findings;
        this.clean = clean;
        this.inUse = inUse;
        this.compacted = compacted;
        this.forced = forced;
        this.starts = starts;
    }

    /** Whether only a broker has a file of this name. */
    static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    static KafkaFolder read(Storage storage, Path folder, List<String> names, boolean inUse, Findings findings)
            throws IOException {
        return new KafkaFolder(
                storage,
                findings,
                names.contains(".kafka_cleanshutdown") && !inUse,
                inUse,
                names.contains(COMPACTED) ? offsets(storage, folder.resolve(COMPACTED), findings) : null,
                offsets(storage, folder.resolve(FORCED), findings),
                offsets(storage, folder.resolve(STARTS), findings));
    }

    /** What is known of one of its partitions. */
    ExpectedPartition expected(Path partition) throws IOException {
        String name = String.valueOf(partition.getFileName());
        long sureEnd = clean ? Long.MAX_VALUE : forced.getOrDefault(name, 0L);
        Map<String, Long> known = compacted;
        return ofPartition(
                storage,
                partition,
                findings,
                new ExpectedPartition(
                        starts.getOrDefault(name, -1L),
                        -1,
                        sureEnd,
                        compactedEnd(known == null ? null : known.get(name)),
                        known != null && (!inUse || known.containsKey(name)),
                        clean,
                        null));
    }

    /** What was compacted since the checkpoint was written is not known, unless the broker was stopped in order. */
    private long compactedEnd(@Nullable Long known) {
        if (known == null) {
            return 0;
        }
        return clean ? known : Long.MAX_VALUE;
    }

    /** The same with the leader epochs that the partition's own checkpoint names. */
    static ExpectedPartition ofPartition(Storage storage, Path partition, Findings findings, ExpectedPartition expected)
            throws IOException {
        List<LeaderEpochs.Start> epochs = new ArrayList<>();
        Path file = partition.resolve(EPOCHS);
        for (String[] entry : entries(storage, file, 2, findings)) {
            epochs.add(new LeaderEpochs.Start(Integer.parseInt(entry[0]), Long.parseLong(entry[1])));
        }
        return new ExpectedPartition(
                expected.start(),
                expected.end(),
                expected.sureEnd(),
                expected.compactedEnd(),
                expected.compactionKnown(),
                expected.closed(),
                epochs.isEmpty() ? null : epochs);
    }

    private static Map<String, Long> offsets(Storage storage, Path file, Findings findings) throws IOException {
        Map<String, Long> offsets = new HashMap<>();
        for (String[] entry : entries(storage, file, 3, findings)) {
            offsets.put(entry[0] + "-" + entry[1], Long.parseLong(entry[2]));
        }
        return offsets;
    }

    private static List<String[]> entries(Storage storage, Path file, int words, Findings findings) throws IOException {
        List<String[]> entries = new ArrayList<>();
        long size = storage.size(file);
        if (size < 0) {
            return entries;
        }
        List<String> lines = lines(storage, file, size);
        for (String line : lines.subList(Math.min(2, lines.size()), lines.size())) {
            String[] entry = line.split(" ");
            if (entry.length == words && areNumbers(entry, words == 3 ? 1 : 0)) {
                entries.add(entry);
            }
        }
        if (lines.size() < 2 || !lines.get(1).equals(String.valueOf(entries.size()))) {
            findings.add(
                    Severity.DAMAGE,
                    Subject.CHECKPOINT,
                    file,
                    "it does not have the entries that its second line says",
                    "delete the file while the broker is stopped; it is made anew");
            entries.clear();
        }
        return entries;
    }

    private static List<String> lines(Storage storage, Path file, long size) throws IOException {
        byte[] bytes = new byte[(int) Math.min(size, 64 << 20)];
        try (Storage.StoredFile open = storage.open(file)) {
            open.read(ByteBuffer.wrap(bytes), 0);
        }
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    private static boolean areNumbers(String[] words, int from) {
        for (int i = from; i < words.length; i++) {
            if (!words[i].matches("\\d{1,18}")) {
                return false;
            }
        }
        return true;
    }
}
