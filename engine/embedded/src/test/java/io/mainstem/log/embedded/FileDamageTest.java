package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.TopicSettings.TimestampType;
import io.mainstem.log.Transaction;
import io.mainstem.log.contract.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of file of a data folder, damaged in each of several ways, after a close and after a kill: the damage is told
 * with the file, or it does no harm. Never is a wrong record delivered or a wrong offset given.
 */
class FileDamageTest {
    /** How often each file is damaged in each way, in each state; {@code -Dfile.damages=1000} for more. */
    private static final int ROUNDS = Integer.getInteger("file.damages", 2);

    private static final int COMMITS = 24;
    private static final int PARTITIONS = 2;

    @TempDir
    Path parent;

    private Path folder;
    private final List<LogModel> states = new ArrayList<>();
    private final Map<TopicPartition, List<Received>> records = new TreeMap<>();

    /** A kind of file, by what its name matches, and whether its damage may keep the log from being opened. */
    enum Kind {
        SEGMENT(".*\\.log", false),
        INDEX(".*\\.index", false),
        TIME_INDEX(".*\\.timeindex", false),
        CHECKPOINT("log\\.checkpoint", true),
        JOURNAL("journal\\.\\d+", true),
        LOCK("log\\.lock", false),
        RESERVE("log\\.reserve", false);

        private final String name;
        private final boolean needed;

        Kind(String name, boolean needed) {
            this.name = name;
            this.needed = needed;
        }
    }

    /** What happens to the bytes of a file. */
    private enum Damage {
        BIT {
            @Override
            byte[] of(byte[] bytes, Random random) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                return bytes;
            }
        },
        CUT {
            @Override
            byte[] of(byte[] bytes, Random random) {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
        },
        ZERO_TAIL {
            @Override
            byte[] of(byte[] bytes, Random random) {
                Arrays.fill(bytes, random.nextInt(bytes.length), bytes.length, (byte) 0);
                return bytes;
            }
        },
        HOLE {
            @Override
            byte[] of(byte[] bytes, Random random) {
                int from = random.nextInt(bytes.length) & -512;
                Arrays.fill(bytes, from, Math.min(bytes.length, from + 512 * (1 + random.nextInt(8))), (byte) 0);
                return bytes;
            }
        },
        GARBAGE_TAIL {
            @Override
            byte[] of(byte[] bytes, Random random) {
                byte[] more = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(5000));
                for (int i = bytes.length; i < more.length; i++) {
                    more[i] = (byte) random.nextInt();
                }
                return more;
            }
        };

        abstract byte[] of(byte[] bytes, Random random);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void damageAfterACloseIsToldOrHarmless(Kind kind) throws Exception {
        folder = parent.resolve("closed");
        try (Log log = open(folder)) {
            write(log);
        }
        damageAll(kind);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void damageAfterAKillIsToldOrHarmless(Kind kind) throws Exception {
        folder = parent.resolve("killed");
        try (Log log = open(parent.resolve("living"))) {
            write(log);
            copy(parent.resolve("living"), folder);
        }
        damageAll(kind);
    }

    private void damageAll(Kind kind) throws IOException {
        long seed = Long.getLong("seed", 11);
        Random random = new Random(seed);
        List<Path> files = files(kind);
        assertThat(files).as("files to damage").isNotEmpty();
        for (Damage damage : Damage.values()) {
            int rounds = damage == Damage.BIT ? 4 * ROUNDS : ROUNDS;
            for (int round = 0; round < rounds; round++) {
                Path copy = parent.resolve("copy");
                delete(copy);
                copy(folder, copy);
                Path file = copy.resolve(folder.relativize(files.get(random.nextInt(files.size()))));
                Files.write(file, damage.of(Files.readAllBytes(file), random));
                check(copy, kind, damage, damage + " of " + file + ", round " + round + ", seed " + seed);
            }
        }
    }

    private List<Path> files(Kind kind) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(kind.name))
                    .filter(file -> file.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
    }

    private void check(Path copy, Kind kind, Damage damage, String what) {
        try (Log log = open(copy)) {
            List<CorruptRecordException> damages = new ArrayList<>();
            LogModel found = read(log, damages);
            assertThat(damages.isEmpty() || kind == Kind.SEGMENT)
                    .as(what + ": %s", damages)
                    .isTrue();
            LogModel expected = closest(found, damages);
            assertThat(found.records).as(what).isEqualTo(expected.records);
            assertThat(found.ends).as(what).isEqualTo(expected.ends);
            assertThat(found.offsets).as(what).isEqualTo(expected.offsets);
            assertThat(found.settings).as(what).isEqualTo(expected.settings);
            int missing = states.size() - 1 - states.indexOf(closest(found, List.of()));
            int mayMiss = kind != Kind.JOURNAL ? 0 : damage == Damage.BIT ? 1 : states.size();
            assertThat(damages.isEmpty() ? missing : 0)
                    .as(what + ": the last commits")
                    .isLessThanOrEqualTo(mayMiss);
            checkTimes(log, found, damages, what);
        } catch (LogException e) {
            assertThat(kind.needed).as(what + ": %s", e).isTrue();
            assertThat(e).as(what).hasMessageContaining(copy.toString()).hasMessageContaining("restore");
        }
    }

    /** The state after as many commits as were found, without what the damages take. */
    private LogModel closest(LogModel found, List<CorruptRecordException> damages) {
        LogModel state = states.stream()
                .filter(candidate -> candidate.ends.equals(found.ends))
                .findFirst()
                .orElse(states.get(states.size() - 1));
        if (damages.isEmpty()) {
            return state;
        }
        LogModel without = state.copy();
        damages.forEach(damage -> without.records.forEach((partition, values) -> {
            if (damage.getMessage().contains(partition.toString())) {
                values.removeIf(value -> {
                    long offset = Long.parseLong(value.substring(0, value.indexOf(':')));
                    return offset >= damage.firstOffset() && offset < damage.nextOffset();
                });
            }
        }));
        return without;
    }

    private static LogModel read(Log log, List<CorruptRecordException> damages) {
        LogModel model = new LogModel();
        for (TopicDescription topic : log.admin().topics()) {
            model.settings.put(topic.name(), topic.settings());
            for (int i = 0; i < topic.partitions(); i++) {
                TopicPartition partition = new TopicPartition(topic.name(), i);
                model.ends.put(partition, log.admin().offsets(partition).end());
                model.records.put(partition, read(log, partition, damages));
            }
        }
        log.admin()
                .groups()
                .forEach(group ->
                        model.offsets.put(group, new TreeMap<>(log.admin().committed(group))));
        return model;
    }

    private static List<String> read(Log log, TopicPartition partition, List<CorruptRecordException> damages) {
        List<String> values = new ArrayList<>();
        long end = log.admin().offsets(partition).end();
        try (PartitionReader reader = log.reader(partition, 0)) {
            while (reader.position() < end) {
                try {
                    Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow())
                            .forEach(record -> values.add(record.offset() + ":" + record.value()));
                } catch (CorruptRecordException e) {
                    assertThat(e).hasMessageContaining(partition.toString()).hasMessageContaining(".log");
                    assertThat(e.nextOffset()).as(e.getMessage()).isGreaterThan(reader.position());
                    damages.add(e);
                    reader.seek(e.nextOffset());
                }
            }
        }
        return values;
    }

    /** The offset of a time is right, or it is told that it cannot be given. */
    private void checkTimes(Log log, LogModel found, List<CorruptRecordException> damages, String what) {
        for (TopicPartition partition : found.records.keySet()) {
            List<Received> there = records.get(partition).stream()
                    .filter(record -> record.offset() < found.ends.get(partition))
                    .toList();
            for (int i = 0; i < there.size(); i += 1 + there.size() / 5) {
                long time = there.get(i).timestamp();
                Optional<Long> expected = there.stream()
                        .filter(record -> record.timestamp() >= time)
                        .map(Received::offset)
                        .findFirst();
                try {
                    assertThat(log.admin().offsetForTime(partition, time).map(OffsetAndTimestamp::offset))
                            .as(what + ", " + partition + " at " + time)
                            .isEqualTo(expected);
                } catch (CorruptRecordException e) {
                    assertThat(damages).as(what).isNotEmpty();
                }
            }
        }
    }

    /** Topics with and without compression, times that go up and down, a checkpoint in the middle, offsets of a group. */
    private void write(Log log) {
        Random random = new Random(7);
        for (Compression compression : List.of(Compression.NONE, Compression.LZ4)) {
            TopicSettings settings = TopicSettings.defaults().toBuilder()
                    .segmentBytes(16 << 10)
                    .compression(compression)
                    .timestampType(TimestampType.CREATE_TIME)
                    .build();
            log.admin().createTopic(compression.name(), PARTITIONS, settings);
        }
        long sequence = 0;
        try (Producer producer =
                log.producer(ProducerOptions.transactional("writer").withBatchBytes(1 << 10))) {
            for (int commit = 0; commit < COMMITS; commit++) {
                if (commit == COMMITS / 2) {
                    ((EmbeddedLog) log).clean();
                    ((EmbeddedLog) log).checkpoint();
                }
                Transaction transaction = producer.begin();
                for (int i = 0; i < 40; i++) {
                    String topic = i % 2 == 0 ? "NONE" : "LZ4";
                    TopicPartition partition = new TopicPartition(topic, random.nextInt(PARTITIONS));
                    String value = new Stamp("writer", sequence++).value(random.nextInt(120));
                    long time = 1_000_000L * commit + random.nextInt(2_000_000);
                    transaction.append(partition, time, null, value.getBytes(StandardCharsets.US_ASCII), Headers.EMPTY);
                }
                TopicPartition partition = new TopicPartition("LZ4", 1);
                transaction.commitOffsets("group", Map.of(partition, OffsetAndMetadata.of(sequence)));
                transaction.commit().join();
                states.add(LogModel.read(log));
            }
        }
        for (TopicPartition partition : states.get(0).records.keySet()) {
            records.put(partition, received(log, partition));
        }
    }

    private static List<Received> received(Log log, TopicPartition partition) {
        List<Received> received = new ArrayList<>();
        try (PartitionReader reader = log.reader(partition, 0)) {
            while (reader.position() < log.admin().offsets(partition).end()) {
                received.addAll(Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow()));
            }
        }
        return received;
    }

    private static Log open(Path folder) {
        return EmbeddedLog.open(
                folder,
                EmbeddedLogOptions.builder()
                        .background(false)
                        .journalFileBytes(64 << 10)
                        .checkpointBytes(1 << 20)
                        .build());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    // By its bytes: to open a file by another way and close it gives back this process's lock on it.
                    Files.write(target, Files.readAllBytes(file));
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
