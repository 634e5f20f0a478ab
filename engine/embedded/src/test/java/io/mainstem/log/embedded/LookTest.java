package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogInUseException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log is looked at as if it were opened, and its folder stays as it is, to the byte. */
final class LookTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    @TempDir
    Path parent;

    @Test
    void aLogThatWasClosedIsSeenAsItIsAndStaysSo() throws Exception {
        Path folder = parent.resolve("data");
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            log.admin().createTopic("orders", 1, TopicSettings.defaults());
            send(log, "one", "two");
        }
        assertSeesAndChangesNothing(folder, "one", "two");
    }

    @Test
    void whatACrashLeftIsRecoveredInMemoryAlone() throws Exception {
        Path crashed = parent.resolve("crashed");
        try (Log log = EmbeddedLog.open(parent.resolve("data"), EmbeddedLogOptions.defaults())) {
            log.admin().createTopic("orders", 1, TopicSettings.defaults());
            send(log, "one", "two", "three");
            copy(parent.resolve("data"), crashed);
        }
        Files.writeString(crashed.resolve("orders-0/00000000000000000000.log"), "torn");
        assertSeesAndChangesNothing(crashed, "one", "two", "three");
        try (Log log = EmbeddedLog.open(crashed, EmbeddedLogOptions.defaults())) {
            assertThat(read(log)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void whereThereIsNoFolderThereIsAnEmptyLogAndStillNoFolder() throws Exception {
        Path folder = parent.resolve("not/there");
        try (Log log = EmbeddedLog.look(folder)) {
            assertThat(log.admin().topics()).isEmpty();
            log.admin().createTopic("orders", 1, TopicSettings.defaults());
            send(log, "gone");
            assertThat(read(log)).containsExactly("gone");
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void whatIsWrittenMeanwhileIsGoneAfterwards() throws Exception {
        Path folder = parent.resolve("data");
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            log.admin().createTopic("orders", 1, TopicSettings.defaults());
            log.admin().createTopic("old", 1, TopicSettings.defaults());
            send(log, "one");
        }
        Map<String, String> before = contents(folder);
        try (Log log = EmbeddedLog.look(folder)) {
            send(log, "two");
            log.admin().deleteTopic("old");
            log.admin().createTopic("new", 2, TopicSettings.defaults());
            assertThat(read(log)).containsExactly("one", "two");
        }
        assertThat(contents(folder)).isEqualTo(before);
        assertSeesAndChangesNothing(folder, "one");
    }

    @Test
    void nobodyLooksWhileAnotherHasItAndNobodyTakesItWhileOneLooks() throws Exception {
        Path folder = parent.resolve("data");
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            assertThat(log.admin().topics()).isEmpty();
            assertThatThrownBy(() -> EmbeddedLog.look(folder)).isInstanceOf(LogInUseException.class);
        }
        try (Log log = EmbeddedLog.look(folder)) {
            assertThat(log.admin().topics()).isEmpty();
            assertThatThrownBy(() -> EmbeddedLog.open(folder, EmbeddedLogOptions.defaults()))
                    .isInstanceOf(LogInUseException.class);
        }
        EmbeddedLog.open(folder, EmbeddedLogOptions.defaults()).close();
    }

    @Test
    void writesLieInFrontOfTheFileToTheByte() throws Exception {
        byte[] model = new byte[300_000];
        Arrays.fill(model, 0, 200_000, (byte) 'a');
        Path file = parent.resolve("file");
        Files.write(file, Arrays.copyOf(model, 200_000));
        ScratchStorage storage = new ScratchStorage();
        try (Storage.StoredFile stored = storage.open(file)) {
            byte[] patch = "patch".getBytes(StandardCharsets.UTF_8);
            for (int at : new int[] {0, 65_534, 131_072, 199_998, 299_995}) {
                stored.write(ByteBuffer.wrap(patch), at);
                System.arraycopy(patch, 0, model, at, patch.length);
            }
            assertThat(stored.size()).isEqualTo(300_000);
            assertThat(all(stored)).isEqualTo(model);
            stored.truncate(100_000);
            stored.write(ByteBuffer.wrap(new byte[50_000]), 100_000);
            Arrays.fill(model, 100_000, 150_000, (byte) 0);
            assertThat(all(stored)).isEqualTo(Arrays.copyOf(model, 150_000));
        }
        Path renamed = parent.resolve("renamed");
        storage.rename(file, renamed);
        assertThat(storage.size(file)).isEqualTo(-1);
        assertThat(storage.size(renamed)).isEqualTo(150_000);
        assertThat(storage.list(parent)).containsExactly("renamed");
        try (Storage.StoredFile stored = storage.open(renamed)) {
            assertThat(all(stored)).isEqualTo(Arrays.copyOf(model, 150_000));
        }
        assertThat(file).hasSize(200_000);
        assertThat(renamed).doesNotExist();
    }

    private static byte[] all(Storage.StoredFile file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) file.size());
        file.read(buffer, 0);
        return buffer.array();
    }

    private static void send(Log log, String... values) {
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            for (String value : values) {
                producer.send(ORDERS, 0, null, value.getBytes(StandardCharsets.UTF_8), Headers.EMPTY)
                        .join();
            }
        }
    }

    private static void assertSeesAndChangesNothing(Path folder, String... values) throws IOException {
        Map<String, String> before = contents(folder);
        try (Log log = EmbeddedLog.look(folder)) {
            assertThat(read(log)).containsExactly(values);
        }
        assertThat(contents(folder)).isEqualTo(before);
    }

    private static List<String> read(Log log) {
        List<String> values = new ArrayList<>();
        long end = log.admin().offsets(ORDERS).end();
        try (PartitionReader reader = log.reader(ORDERS, 0)) {
            while (reader.position() < end) {
                RecordCursor cursor =
                        reader.poll(Duration.ofSeconds(10)).orElseThrow().cursor();
                while (cursor.next()) {
                    values.add(new String(
                            cursor.array(), cursor.valueOffset(), cursor.valueLength(), StandardCharsets.UTF_8));
                }
            }
        }
        return values;
    }

    /** Every file with its bytes and times, every folder. */
    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                contents.put(
                        path.toString(),
                        Files.getLastModifiedTime(path)
                                + (Files.isDirectory(path) ? "" : " " + Arrays.hashCode(Files.readAllBytes(path))));
            }
        }
        return contents;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }
}
