package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.LogInUseException;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.Transaction;
import io.mainstem.log.embedded.LogReport.Finding;
import io.mainstem.log.embedded.LogReport.Severity;
import io.mainstem.log.embedded.LogReport.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of damage, done by hand to a sound folder: it is told, with the place, and nothing else is. */
class LogVerifierTest {
    private static final int FLIPS = Integer.getInteger("verify.flips", 250);
    private static final String PLAIN = "plain-0";

    @TempDir
    Path parent;

    private Path folder;

    @BeforeEach
    void write() {
        folder = parent.resolve("data");
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            fill(log, "plain", Compression.NONE, TopicSettings.TimestampType.APPEND_TIME);
            fill(log, "small", Compression.LZ4, TopicSettings.TimestampType.CREATE_TIME);
            log.admin().createTopic("empty", 3, TopicSettings.defaults());
        }
    }

    private static void fill(Log log, String topic, Compression compression, TopicSettings.TimestampType times) {
        TopicSettings settings = TopicSettings.defaults().toBuilder()
                .segmentBytes(16 << 10)
                .compression(compression)
                .timestampType(times)
                .build();
        log.admin().createTopic(topic, 2, settings);
        Random random = new Random(2);
        try (Producer producer =
                log.producer(ProducerOptions.transactional(topic).withBatchBytes(2 << 10))) {
            for (int round = 0; round < 12; round++) {
                Transaction transaction = producer.begin();
                for (int i = 0; i < 60; i++) {
                    byte[] key = random.nextBoolean() ? null : bytes("k" + i);
                    byte[] value =
                            random.nextInt(10) == 0 ? null : bytes("some words " + random.nextLong() + "y".repeat(70));
                    Headers headers = i % 4 == 0 ? Headers.of("h", bytes("v" + i)) : Headers.EMPTY;
                    transaction.append(new TopicPartition(topic, i % 2), random.nextInt(1 << 30), key, value, headers);
                }
                transaction.commit().join();
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private LogReport verify() {
        return LogVerifier.verify(folder, partition -> {});
    }

    @Test
    void aSoundFolderHasNothingToTellAndIsLeftAsItIs() throws IOException {
        Map<Path, String> before = state();

        List<Path> seen = new ArrayList<>();
        LogReport report = LogVerifier.verify(folder, seen::add);

        assertThat(report.findings()).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.kind()).isEqualTo(LogReport.Kind.MAINSTEM);
        assertThat(report.inUse()).isFalse();
        assertThat(report.partitions()).isEqualTo(4);
        assertThat(report.segments()).isEqualTo(logs("").size()).isGreaterThan(6);
        assertThat(report.records()).isEqualTo(2 * 12 * 60 + 4 * 12);
        assertThat(report.batches()).isBetween(100L, report.records());
        assertThat(report.bytes())
                .isEqualTo(logs("").stream().mapToLong(LogVerifierTest::size).sum());
        assertThat(seen).hasSize(4);
        assertThat(state()).isEqualTo(before);
    }

    private Map<Path, String> state() throws IOException {
        Map<Path, String> state = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                state.put(file, Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return state;
    }

    @Test
    void everyFlippedBitOfASegmentIsToldWithItsPlace() throws IOException {
        List<Path> logs = logs("");
        forEachFlip(logs, (file, at) -> {
            List<Finding> damages = damages();
            assertThat(damages).hasSize(1);
            Finding damage = damages.get(0);
            assertThat(damage.file()).isEqualTo(file);
            assertThat(damage.position()).isLessThanOrEqualTo(at);
            assertThat(damage.endPosition()).isGreaterThan(at);
            assertThat(damage.subject()).isIn(Subject.BATCH, Subject.OFFSETS, Subject.LEADER_EPOCH);
            assertThat(damage.firstOffset()).isNotNegative();
            assertThat(damage.nextOffset()).isGreaterThan(damage.firstOffset());
            // One batch, of at most 2 KiB of records, or 60 records.
            assertThat(damage.nextOffset() - damage.firstOffset()).isLessThanOrEqualTo(31);
        });
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void everyFlippedBitOfAnIndexIsTold() throws IOException {
        List<Path> indexes = files("index");
        indexes.removeIf(file -> size(file) == 0);
        // With append time, the marker of a transaction has the offset and the time that a flip may make of its
        // neighbour's.
        indexes.removeIf(file -> file.toString().matches(".*plain.*timeindex"));
        assertThat(indexes).hasSizeGreaterThan(8);
        forEachFlip(indexes, (file, at) -> {
            assertThat(damages()).singleElement().satisfies(damage -> {
                assertThat(damage.file()).isEqualTo(file);
                assertThat(damage.subject())
                        .isEqualTo(file.toString().endsWith(".index") ? Subject.INDEX : Subject.TIME_INDEX);
                assertThat(damage.whatToDo()).contains("made anew");
            });
        });
    }

    /** Looks at a flipped bit. */
    private interface Check {
        void check(Path file, long at);
    }

    private void forEachFlip(List<Path> files, Check check) throws IOException {
        Long only = Long.getLong("seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? FLIPS : only + 1); seed++) {
            Random random = new Random(seed);
            Path file = files.get(random.nextInt(files.size()));
            // The header of a batch is where all the different fields are; the first one is at the beginning.
            long size = size(file);
            long at = random.nextInt(3) == 0 ? random.nextInt((int) Math.min(size, 61)) : random.nextInt((int) size);
            byte mask = (byte) (1 << random.nextInt(8));
            flip(file, at, mask);
            try {
                check.check(file, at);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        file + " byte " + at + " bit " + mask + ", again with -Dseed=" + seed + ": "
                                + verify().findings(),
                        e);
            }
            flip(file, at, mask);
        }
    }

    @Test
    void aCutSegmentIsTold() throws IOException {
        Random random = new Random(4);
        List<Path> logs = logs("");
        for (int round = 0; round < 60; round++) {
            Path file = logs.get(random.nextInt(logs.size()));
            byte[] whole = Files.readAllBytes(file);
            long length = round % 10 == 0 ? 0 : random.nextInt(whole.length);
            truncate(file, length);
            List<Finding> damages =
                    damages(damage -> damage.subject() != Subject.INDEX && damage.subject() != Subject.TIME_INDEX);
            assertThat(damages).as(file + " cut to " + length).hasSize(1);
            Finding damage = damages.get(0);
            assertThat(damage.subject()).isIn(Subject.BATCH, Subject.OFFSETS);
            assertThat(damage.file().getParent()).isEqualTo(file.getParent());
            assertThat(damage.nextOffset()).isGreaterThan(damage.firstOffset());
            Files.write(file, whole);
        }
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void aSegmentThatIsCutBetweenTwoBatchesLacksTheOthers() throws IOException {
        Path last = logs(PLAIN).get(logs(PLAIN).size() - 1);
        byte[] bytes = Files.readAllBytes(last);
        int first = (int) RecordBatch.size(bytes, 0);
        long next = RecordBatch.nextOffset(bytes, 0);
        truncate(last, first);

        assertThat(damages(damage -> damage.subject() == Subject.OFFSETS))
                .singleElement()
                .satisfies(damage -> {
                    assertThat(damage.file()).isEqualTo(last);
                    assertThat(damage.firstOffset()).isEqualTo(next);
                    assertThat(damage.what()).contains("offsets " + next + " to ", "are missing at the end");
                });
    }

    @Test
    void missingSegmentsAreTold() throws IOException {
        List<Path> logs = logs(PLAIN);
        for (int i = 0; i < logs.size(); i++) {
            Path aside = parent.resolve("aside");
            Files.move(logs.get(i), aside);
            long base = base(logs.get(i));
            assertThat(damages()).as("segment " + i).singleElement().satisfies(damage -> {
                assertThat(damage.subject()).isEqualTo(Subject.OFFSETS);
                assertThat(damage.firstOffset()).isEqualTo(base);
                assertThat(damage.what()).contains("missing");
            });
            Files.move(aside, logs.get(i));
        }
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void swappedSegmentsAreTold() throws IOException {
        List<Path> logs = logs(PLAIN);
        byte[] first = Files.readAllBytes(logs.get(0));
        byte[] second = Files.readAllBytes(logs.get(1));
        Files.write(logs.get(0), second);
        Files.write(logs.get(1), first);

        assertThat(damages())
                .extracting(Finding::file, Finding::subject)
                .containsExactly(tuple(logs.get(0), Subject.FILE), tuple(logs.get(1), Subject.FILE));
        assertThat(damages().get(0).what())
                .isEqualTo("its name says that it begins at offset 0, and its first batch begins at offset "
                        + base(logs.get(1)) + ": the file was renamed or mixed up, or its beginning was cut away");
    }

    @Test
    void aSegmentOfAnotherPartitionIsToldByItsEnd() throws IOException {
        Files.write(logs(PLAIN).get(0), Files.readAllBytes(logs("small-0").get(0)));

        assertThat(damages()).isNotEmpty().allMatch(damage -> damage.file().startsWith(folder.resolve(PLAIN)));
    }

    @Test
    void aMissingFolderIsTold() throws IOException {
        Files.move(folder.resolve(PLAIN), parent.resolve("aside"));

        assertThat(damages()).singleElement().satisfies(damage -> {
            assertThat(damage.file()).isEqualTo(folder.resolve(PLAIN));
            assertThat(damage.what()).isEqualTo("the folder of the partition is missing");
            assertThat(damage.firstOffset()).isZero();
        });
    }

    @Test
    void aDamagedCheckpointIsToldAndTheSegmentsAreLookedAtAllTheSame() throws IOException {
        flip(folder.resolve("log.checkpoint"), 100, (byte) 1);

        assertThat(damages()).singleElement().satisfies(damage -> {
            assertThat(damage.subject()).isEqualTo(Subject.CHECKPOINT);
            assertThat(damage.what()).contains("checksum");
        });
        assertThat(verify().records()).isEqualTo(2 * 12 * 60 + 4 * 12);

        Files.delete(folder.resolve("log.checkpoint"));
        assertThat(damages())
                .singleElement()
                .satisfies(damage -> assertThat(damage.what()).contains("is missing"));
    }

    @Test
    void aBatchWhoseRecordsDoNotFitIsToldAlthoughItsChecksumIsRight() throws IOException {
        Path file = logs(PLAIN).get(0);
        byte[] bytes = Files.readAllBytes(file);
        int size = (int) RecordBatch.size(bytes, 0);
        int count = Bytes.getInt(bytes, RecordBatch.COUNT);
        for (int field : new int[] {RecordBatch.COUNT, RecordBatch.LAST_OFFSET_DELTA, 61, 62, 65}) {
            byte[] wrong = bytes.clone();
            if (field < 61) {
                Bytes.putInt(wrong, field, count + 3);
            } else {
                wrong[field] = (byte) (wrong[field] + 2);
            }
            Bytes.putInt(wrong, RecordBatch.CRC, RecordBatch.crc(wrong, 0, size));
            Files.write(file, wrong);
            assertThat(damages(damage -> damage.subject() == Subject.BATCH))
                    .as("field " + field)
                    .isNotEmpty()
                    .allSatisfy(damage -> assertThat(damage.position()).isZero());
        }
    }

    @Test
    void whatIsBehindTheEndOfAClosedLogIsOnlyNoted() throws IOException {
        Path last = logs(PLAIN).get(logs(PLAIN).size() - 1);
        Files.write(last, new byte[] {1, 2, 3, 4, 5}, StandardOpenOption.APPEND);
        Files.writeString(folder.resolve(PLAIN).resolve("notes.txt"), "mine");

        LogReport report = verify();

        assertThat(report.isSound()).isTrue();
        assertThat(report.findings()).extracting(Finding::severity).containsOnly(Severity.NOTE);
        assertThat(report.findings())
                .extracting(Finding::what)
                .containsExactly("it is no file of a log", "the file ends within the header of a batch");
    }

    @Test
    void aLogThatIsOpenIsLookedAtAndStaysTaken() throws IOException {
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            fill(log, "more", Compression.ZSTD, TopicSettings.TimestampType.APPEND_TIME);

            LogReport report = verify();

            assertThat(report.inUse()).isTrue();
            assertThat(report.isSound()).as(report.findings().toString()).isTrue();
            assertThatThrownBy(() -> EmbeddedLog.open(folder, EmbeddedLogOptions.defaults()))
                    .isInstanceOf(LogInUseException.class);
        }
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void aFolderThatACrashLeftIsSoundAndItsJournalIsLookedAt() throws IOException {
        Path crashed = parent.resolve("crashed");
        try (Log log = EmbeddedLog.open(
                folder, EmbeddedLogOptions.builder().background(false).build())) {
            fill(log, "more", Compression.NONE, TopicSettings.TimestampType.APPEND_TIME);
            copy(folder, crashed);
        }
        folder = crashed;
        Path last = logs("more-0").get(logs("more-0").size() - 1);
        truncate(last, size(last) - 3);

        LogReport report = verify();
        assertThat(report.isSound()).as(report.findings().toString()).isTrue();
        assertThat(report.findings()).extracting(Finding::what).contains("the file ends within the batch");

        Path journal = newestJournal();
        flip(journal, 50, (byte) 4);
        assertThat(damages()).singleElement().satisfies(damage -> {
            assertThat(damage.subject()).isEqualTo(Subject.JOURNAL);
            assertThat(damage.what()).contains("the journal is damaged: frame ");
        });
        flip(journal, 50, (byte) 4);

        EmbeddedLog.open(crashed, EmbeddedLogOptions.defaults()).close();
        assertThat(verify().findings()).isEmpty();
    }

    private Path newestJournal() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(Journal.PREFIX))
                    .max(Comparator.comparing(LogVerifierTest::generation))
                    .orElseThrow();
        }
    }

    private static long generation(Path journal) {
        try {
            return Bytes.getLong(Files.readAllBytes(journal), 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whatWasWrittenAfterRecoveriesHasLaterEpochs(Durability durability) throws IOException {
        EmbeddedLogOptions options = EmbeddedLogOptions.builder()
                .durability(durability)
                .background(false)
                .build();
        for (int life = 0; life < 3; life++) {
            Path crashed = parent.resolve("crashed" + life);
            try (Log log = EmbeddedLog.open(folder, options)) {
                fill(log, "life" + life, Compression.NONE, TopicSettings.TimestampType.APPEND_TIME);
                commit(log, new TopicPartition("plain", 0));
                copy(folder, crashed);
            }
            folder = crashed;
            assertThat(verify().isSound()).as("as the crash left it").isTrue();
        }
        try (Log log = EmbeddedLog.open(folder, options)) {
            commit(log, new TopicPartition("plain", 0));
            assertThat(log.admin().offsets(new TopicPartition("plain", 0)).leaderEpoch())
                    .isEqualTo(3);
        }
        assertThat(verify().findings()).isEmpty();

        Path last = logs(PLAIN).get(logs(PLAIN).size() - 1);
        byte[] bytes = Files.readAllBytes(last);
        flip(last, RecordBatch.LEADER_EPOCH + 3, (byte) 2);
        assertThat(damages()).singleElement().satisfies(damage -> {
            assertThat(damage.subject()).isEqualTo(Subject.LEADER_EPOCH);
            assertThat(damage.firstOffset()).isEqualTo(base(last));
            assertThat(damage.nextOffset()).isEqualTo(RecordBatch.nextOffset(bytes, 0));
        });
    }

    private static void commit(Log log, TopicPartition partition) {
        try (Producer producer = log.producer(ProducerOptions.transactional("more"))) {
            Transaction transaction = producer.begin();
            transaction.append(partition, 0, null, bytes("one more"), Headers.EMPTY);
            transaction.commit().join();
        }
    }

    @Test
    void wholeRegionsOfNonsenseAreToldWhateverTheyAre() throws IOException {
        List<Path> logs = logs("");
        Long only = Long.getLong("seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? FLIPS / 2 : only + 1); seed++) {
            Random random = new Random(seed);
            Path file = logs.get(random.nextInt(logs.size()));
            byte[] whole = Files.readAllBytes(file);
            byte[] damaged = whole.clone();
            int at = random.nextInt(whole.length);
            byte[] region = new byte[1 + random.nextInt(Math.min(6_000, whole.length - at))];
            switch (random.nextInt(3)) {
                case 0 -> random.nextBytes(region);
                case 1 -> Arrays.fill(region, (byte) (random.nextBoolean() ? 0 : 2));
                default -> {
                    // Bytes of another place, whole batches among them.
                    int from = random.nextInt(whole.length - region.length + 1);
                    System.arraycopy(whole, from, region, 0, region.length);
                }
            }
            System.arraycopy(region, 0, damaged, at, region.length);
            Files.write(file, damaged);
            String again = file + " byte " + at + ", again with -Dseed=" + seed;
            List<Finding> found = damages();
            assertThat(found.isEmpty()).as(again).isEqualTo(Arrays.equals(whole, damaged));
            assertThat(found)
                    .as(again)
                    .allSatisfy(damage -> assertThat(damage.file().getParent()).isEqualTo(file.getParent()));
            Files.write(file, whole);
        }
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void batchesThatAreLargerThanAReadAreLookedAt() throws IOException {
        byte[] noise = new byte[3 << 20];
        new Random(5).nextBytes(noise);
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            log.admin().createTopic("large", 1, TopicSettings.defaults());
            try (Producer producer = log.producer(ProducerOptions.transactional("large"))) {
                for (int i = 0; i < 3; i++) {
                    Transaction transaction = producer.begin();
                    for (int k = 0; k < 3; k++) {
                        transaction.append(new TopicPartition("large", 0), 0, null, noise, Headers.EMPTY);
                    }
                    transaction.commit().join();
                }
            }
        }
        assertThat(verify().findings()).isEmpty();
        Path file = logs("large-0").get(0);
        for (long at : new long[] {8, 2 << 20, (6 << 20) + 5_000}) {
            flip(file, at, (byte) 8);
            assertThat(damages()).as("byte " + at).singleElement().satisfies(damage -> {
                assertThat(damage.position()).isLessThanOrEqualTo(at);
                assertThat(damage.nextOffset()).isEqualTo(damage.firstOffset() + 1);
            });
            flip(file, at, (byte) 8);
        }
    }

    @Test
    void theFolderOfOnePartitionIsLookedAtAlone() throws IOException {
        folder = folder.resolve(PLAIN);

        LogReport report = verify();
        assertThat(report.kind()).isEqualTo(LogReport.Kind.PARTITION);
        assertThat(report.findings()).isEmpty();
        assertThat(report.records()).isEqualTo(12 * 30 + 12);
    }

    @Test
    void aFolderOfSomethingElseIsRefused() throws IOException {
        Files.createDirectories(parent.resolve("other/sub"));
        Files.createDirectories(parent.resolve("other/named-like-a-partition-1"));

        assertThatThrownBy(() -> LogVerifier.verify(parent.resolve("other"), partition -> {}))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("is no data folder");
        assertThatThrownBy(() -> LogVerifier.verify(parent.resolve("nowhere"), partition -> {}))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("there is no folder");
    }

    @Test
    void muchDamageIsCountedAndNotListedWithoutEnd() throws IOException {
        Path file = logs(PLAIN).get(0);
        byte[] bytes = Files.readAllBytes(file);
        int at = 0;
        int batches = 0;
        while (at < bytes.length) {
            bytes[at + RecordBatch.LEADER_EPOCH + 3] = 7;
            at += (int) RecordBatch.size(bytes, at);
            batches++;
        }
        Files.write(file, bytes);

        LogReport report = verify();
        assertThat(report.damages()).isEqualTo(batches);
        assertThat(report.findings()).hasSize(Math.min(batches, 50));
    }

    private List<Finding> damages() {
        return damages(damage -> true);
    }

    private List<Finding> damages(Predicate<Finding> filter) {
        return verify().findings().stream()
                .filter(finding -> finding.severity() == Severity.DAMAGE)
                .filter(filter)
                .toList();
    }

    private List<Path> logs(String partition) throws IOException {
        return files(".log").stream()
                .filter(file -> file.getParent().getFileName().toString().startsWith(partition))
                .toList();
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList());
        }
    }

    private static long base(Path file) {
        return Long.parseLong(file.getFileName().toString(), 0, 20, 10);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flip(Path file, long at, byte mask) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= mask;
        Files.write(file, bytes);
    }

    private static void truncate(Path file, long size) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, (int) size));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
