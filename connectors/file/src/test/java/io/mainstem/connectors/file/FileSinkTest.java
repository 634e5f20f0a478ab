package io.mainstem.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.RecordingContext;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {

    private static final Schema ORDER =
            Schema.of("orders", Field.required("id", Type.INT64), Field.nullable("text", Type.STRING));
    private static final TopicPartition PARTITION = new TopicPartition("orders", new UUID(1, 1), 0);
    private static final String FIRST = "orders-0-00000000000000000000.jsonl";

    @TempDir
    Path folder;

    private RecordingContext context;

    private Sink sink(Map<String, ?> options) {
        if (context == null) {
            context = new RecordingContext(folder, Instant.parse("2030-01-01T00:00:00Z"));
        }
        FileSinkFactory factory = new FileSinkFactory();
        return factory.create(Config.parse(factory.config(), options), context);
    }

    private Sink sink() {
        return sink(Map.of("path", "out"));
    }

    private static long assign(Sink sink) throws Exception {
        return assign(sink, PARTITION);
    }

    private static long assign(Sink sink, TopicPartition partition) throws Exception {
        SinkOffset offset = sink.assign(Set.of(partition), new NoContext()).get(partition);
        return offset == null ? -1 : offset.next();
    }

    private static SinkBatch batch(TopicPartition partition, long from, long to) {
        List<Message> messages = new ArrayList<>();
        for (long i = from; i < to; i++) {
            messages.add(Message.create(Row.of(ORDER, i, "t" + i)).withOrigin(partition, i, 0));
        }
        return SinkBatch.of(partition, messages, from, to, 7);
    }

    private static SinkBatch batch(long from, long to) {
        return batch(PARTITION, from, to);
    }

    private static SinkBatch batch(long offset, Message message) {
        return SinkBatch.of(PARTITION, List.of(message.withOrigin(PARTITION, offset, 0)), offset, offset + 1, 7);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String name : names()) {
            lines.addAll(Files.readAllLines(folder.resolve("out").resolve(name)));
        }
        return lines;
    }

    private static List<String> rows(long from, long to) {
        return java.util.stream.LongStream.range(from, to)
                .mapToObj(i -> "{\"id\":" + i + ",\"text\":\"t" + i + "\"}")
                .toList();
    }

    @Test
    void aPipelineThatEndsLeavesOnePlainFile() throws Exception {
        try (Sink sink = sink()) {
            assertThat(assign(sink)).isEqualTo(-1);
            sink.write(batch(0, 10));
            sink.flush();
            sink.write(batch(10, 20));
            sink.flush();
            assertThat(names()).isEmpty();
        }
        assertThat(names()).containsExactly(FIRST);
        assertThat(lines()).isEqualTo(rows(0, 20));
    }

    @Test
    void theNextOwnerGoesOnWhereTheManifestSays() throws Exception {
        try (Sink sink = sink()) {
            assign(sink);
            sink.write(batch(0, 10));
            sink.flush();
            sink.write(batch(10, 15));
        }
        try (Sink sink = sink()) {
            assertThat(sink.assign(Set.of(PARTITION), new NoContext())).containsEntry(PARTITION, new SinkOffset(10, 7));
            sink.write(batch(10, 20));
            sink.flush();
        }
        assertThat(lines()).isEqualTo(rows(0, 20));
        assertThat(names()).hasSize(2);
    }

    @Test
    void aCrashedOwnersCommittedRowsAreCompletedAndItsOthersDropped() throws Exception {
        Sink crashed = sink();
        assign(crashed);
        crashed.write(batch(0, 10));
        crashed.flush();
        crashed.write(batch(10, 30_000));
        try (Sink sink = sink()) {
            assertThat(assign(sink)).isEqualTo(10);
            assertThat(lines()).isEqualTo(rows(0, 10));
        }
    }

    @Test
    void aZombieCanWriteNothing() throws Exception {
        Sink zombie = sink();
        assign(zombie);
        zombie.write(batch(0, 10));
        zombie.flush();
        zombie.write(batch(10, 20));
        Sink sink = sink();
        assertThat(assign(sink)).isEqualTo(10);
        assertThatThrownBy(zombie::flush).isInstanceOf(RetryException.class).hasMessageContaining("taken over");
        sink.write(batch(10, 25));
        sink.flush();
        zombie.close();
        sink.close();
        assertThat(lines()).isEqualTo(rows(0, 25));
    }

    @Test
    void filesRollByRowsExactly() throws Exception {
        try (Sink sink = sink(Map.of("path", "out", "roll-rows", "10"))) {
            assign(sink);
            sink.write(batch(0, 25));
            sink.flush();
            assertThat(names()).containsExactly(FIRST, "orders-0-00000000000000000010.jsonl");
        }
        assertThat(lines()).isEqualTo(rows(0, 25));
    }

    @Test
    void filesRollByTime() throws Exception {
        try (Sink sink = sink()) {
            assign(sink);
            sink.write(batch(0, 10));
            sink.flush();
            context.advance(Duration.ofMinutes(5));
            sink.idle();
            assertThat(names()).containsExactly(FIRST);
        }
        assertThat(names()).containsExactly(FIRST);
    }

    @Test
    void gzipFilesAreWhole() throws Exception {
        try (Sink sink = sink(Map.of("path", "out", "compression", "gzip"))) {
            assign(sink);
            for (int i = 0; i < 5; i++) {
                sink.write(batch(i * 10L, i * 10L + 10));
                sink.flush();
            }
        }
        Path file = folder.resolve("out").resolve(FIRST + ".gz");
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .isEqualTo(rows(0, 50));
        }
    }

    @Test
    void anotherTopicOfTheSameNameStops() throws Exception {
        try (Sink sink = sink()) {
            assign(sink);
            sink.write(batch(0, 10));
            sink.flush();
        }
        TopicPartition anew = new TopicPartition("orders", new UUID(2, 2), 0);
        try (Sink sink = sink()) {
            StopException stop = catchThrowableOfType(StopException.class, () -> assign(sink, anew));
            assertThat(stop.code()).isEqualTo("file.new-topic");
            assertThat(stop.whatToDo()).contains("on-new-topic: append");
        }
        try (Sink sink = sink(Map.of("path", "out", "on-new-topic", "append"))) {
            assertThat(assign(sink, anew)).isEqualTo(-1);
            sink.write(batch(anew, 0, 5));
            sink.flush();
        }
        assertThat(names()).containsExactly(FIRST, "orders-0-g1-00000000000000000000.jsonl");
        assertThat(lines()).hasSize(15);
    }

    @Test
    void whatTheDiskRefusesIsToldWithTheFolder() throws Exception {
        Files.writeString(folder.resolve("taken"), "a file");
        Sink sink = sink(Map.of("path", "taken/out"));
        assertThatThrownBy(() -> assign(sink))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("cannot be written");
    }

    @Test
    void aFolderThatMayNotBeWrittenStops() {
        AccessDeniedException denied = new AccessDeniedException("/srv/out/_mainstem");
        assertThat(FileErrors.unwritable(Path.of("/srv/out"), denied))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("may not be written by this user");
    }

    @Test
    void aForeignFileIsNotOverwritten() throws Exception {
        Files.createDirectories(folder.resolve("out"));
        Files.writeString(folder.resolve("out").resolve(FIRST), "mine");
        Sink sink = sink(Map.of("path", "out", "roll-rows", "5"));
        assign(sink);
        sink.write(batch(0, 5));
        StopException stop = catchThrowableOfType(StopException.class, sink::flush);
        assertThat(stop.code()).isEqualTo("file.exists");
        assertThat(Files.readString(folder.resolve("out").resolve(FIRST))).isEqualTo("mine");
    }

    @Test
    void aBadRecordTakesNothingWithIt() throws Exception {
        Schema schema = Schema.of("docs", Field.required("doc", Type.JSON));
        try (Sink sink = sink()) {
            assign(sink);
            sink.write(batch(0, Message.create(Row.of(schema, "{\"a\":\n1}"))));
            Message bad = Message.create(Row.of(schema, "{\"a\":")).withOrigin(PARTITION, 1, 0);
            Message good = Message.create(Row.of(schema, "[1.10]")).withOrigin(PARTITION, 2, 0);
            SinkBatch batch = SinkBatch.of(PARTITION, List.of(bad, good), 1, 3, 7);
            BadRecordsException e = catchThrowableOfType(BadRecordsException.class, () -> sink.write(batch));
            assertThat(e.byOrigin()).containsOnlyKeys(bad.origin().orElseThrow());
            sink.write(batch(0, Message.create(Row.of(schema, "{\"a\":\n1}"))));
            sink.write(SinkBatch.of(PARTITION, List.of(good), 1, 3, 7));
            sink.flush();
        }
        assertThat(lines()).containsExactly("{\"doc\":{\"a\":1}}", "{\"doc\":[1.10]}");
    }

    @Test
    void offsetsWithoutMessagesCountToo() throws Exception {
        try (Sink sink = sink()) {
            assign(sink);
            sink.write(SinkBatch.of(PARTITION, List.of(), 0, 50, 7));
            sink.flush();
        }
        try (Sink sink = sink()) {
            assertThat(assign(sink)).isEqualTo(50);
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void aResetWritesIntoNewFiles() throws Exception {
        try (Sink sink = sink()) {
            assign(sink);
            sink.write(batch(0, 10));
            sink.flush();
        }
        try (Sink sink = sink()) {
            assign(sink);
            sink.reset(Map.of(PARTITION, new SinkOffset(0, 7)));
            sink.write(batch(0, 3));
            sink.flush();
        }
        assertThat(names()).containsExactly(FIRST, "orders-0-g1-00000000000000000000.jsonl");
    }

    @Test
    void allTypesBecomeJson() throws Exception {
        Schema inner = Schema.of("inner", Field.nullable("x", Type.DECIMAL));
        Schema schema = Schema.of(
                "all",
                Field.nullable("b", Type.BOOLEAN),
                Field.nullable("d", Type.decimal(30, 2)),
                Field.nullable("f", Type.FLOAT64),
                Field.nullable("bytes", Type.BYTES),
                Field.nullable("date", Type.DATE),
                Field.nullable("ts", Type.TIMESTAMP),
                Field.nullable("tz", Type.TIMESTAMPTZ),
                Field.nullable("u", Type.UUID),
                Field.nullable("a", Type.array(Type.INT64)),
                Field.nullable("m", Type.map(Type.STRING)),
                Field.nullable("s", Type.struct(inner)),
                Field.nullable("n", Type.INT64));
        Row row = Row.of(
                schema,
                true,
                new BigDecimal("1234567890123456789012345.10"),
                1.5,
                new byte[] {1, 2},
                LocalDate.of(2024, 2, 29),
                LocalDateTime.of(2024, 2, 29, 10, 0),
                Instant.parse("2024-02-29T10:00:00.123456Z"),
                new UUID(1, 2),
                java.util.Arrays.asList(1L, null),
                Map.of("k", "v\n"),
                Row.of(inner, new BigDecimal("0.100")),
                null);
        try (Sink sink = sink()) {
            assign(sink);
            sink.write(batch(0, Message.create(row)));
            sink.write(batch(1, Message.create(Scalar.text("plain"))));
            sink.write(batch(2, Message.of(Operation.DELETE, Row.of(ORDER, 5L, null), null)));
            sink.write(batch(3, Message.of(Operation.DELETE, Scalar.int64(6), null)));
            sink.flush();
        }
        assertThat(lines())
                .containsExactly(
                        "{\"b\":true,\"d\":1234567890123456789012345.10,\"f\":1.5,\"bytes\":\"AQI=\",\"date\":\"2024-02-29\","
                                + "\"ts\":\"2024-02-29T10:00:00\",\"tz\":\"2024-02-29T10:00:00.123456Z\","
                                + "\"u\":\"00000000-0000-0001-0000-000000000002\",\"a\":[1,null],\"m\":{\"k\":\"v\\n\"},"
                                + "\"s\":{\"x\":0.100},\"n\":null}",
                        "\"plain\"",
                        "{\"_op\":\"delete\",\"id\":5,\"text\":null}",
                        "{\"_op\":\"delete\",\"_key\":6}");
    }

    @Test
    void csvBeginsANewFileWhenTheSchemaChanges() throws Exception {
        Schema wider = Schema.of(
                "orders",
                Field.required("id", Type.INT64),
                Field.nullable("text", Type.STRING),
                Field.nullable("more", Type.STRING));
        try (Sink sink = sink(Map.of("path", "out", "format", "csv"))) {
            assign(sink);
            sink.write(batch(0, Message.create(Row.of(ORDER, 1L, null))));
            sink.write(batch(1, Message.create(Row.of(ORDER, 2L, "a \"b\",\nc"))));
            sink.write(batch(2, Message.create(Row.of(wider, 3L, "", " x"))));
            sink.flush();
        }
        assertThat(names()).hasSize(2);
        assertThat(lines())
                .containsExactly("id,text", "1,", "2,\"a \"\"b\"\",", "c\"", "id,text,more", "3,\"\",\" x\"");
    }

    /** Crashes, zombies and take-overs in random order; each row is in the files once, and no file has half a row. */
    @Test
    void everyRowIsThereOnceWhateverHappens() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        long end = 2_000;
        List<Sink> zombies = new ArrayList<>();
        Sink sink = sink(Map.of("path", "out", "roll-rows", "100"));
        long next = Math.max(0, assign(sink));
        while (next < end) {
            int what = random.nextInt(10);
            if (what < 5) {
                long to = Math.min(end, next + 1 + random.nextInt(60));
                sink.write(batch(next, to));
                next = to;
            } else if (what < 8) {
                sink.flush();
            } else if (what == 8) {
                if (random.nextBoolean()) {
                    zombies.add(sink);
                } else {
                    sink.close();
                }
                sink = sink(Map.of("path", "out", "roll-rows", "100"));
                next = Math.max(0, assign(sink));
            } else if (!zombies.isEmpty()) {
                Sink zombie = zombies.remove(0);
                assertThatThrownBy(() -> {
                            zombie.write(batch(10_000, 10_001));
                            zombie.flush();
                        })
                        .as("seed %s", seed)
                        .isInstanceOf(RetryException.class);
            }
        }
        sink.flush();
        sink.close();
        assertThat(lines()).as("seed %s", seed).isEqualTo(rows(0, end));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsSaidAndLosesNothing() throws Exception {
        Map<String, Object> options = Map.of("path", "out", "roll-rows", "5");
        Sink sink = sink(options);
        assign(sink);
        Path part = folder.resolve("out/_mainstem/pipeline/orders/orders-0/orders-0-00000000000000000005.jsonl.1.part");
        Files.createSymbolicLink(part, Path.of("/dev/full"));
        sink.write(batch(0, 8));
        RetryException full = catchThrowableOfType(RetryException.class, sink::flush);
        assertThat(full.ranOut()).isTrue();
        assertThat(full)
                .hasMessageContaining("'" + folder.resolve("out/orders-0-00000000000000000005.jsonl")
                        + "' cannot be written: No space left on device; ")
                .hasMessageContaining(" bytes are free in '" + folder.resolve("out") + "'. Make room there");
        sink.close();
        assertThat(lines()).isEqualTo(rows(0, 5));
        try (Sink next = sink(options)) {
            assertThat(assign(next)).isEqualTo(5);
            next.write(batch(5, 8));
            next.flush();
        }
        assertThat(lines()).isEqualTo(rows(0, 8));
    }

    @Test
    void aTornLineOfTheManifestDoesNotCount() throws Exception {
        Sink crashed = sink();
        assign(crashed);
        crashed.write(batch(0, 10));
        crashed.flush();
        Path manifest = folder.resolve("out/_mainstem/pipeline/orders/orders-0/1.manifest");
        Files.writeString(manifest, "{\"next\":99,", StandardOpenOption.APPEND);
        try (Sink sink = sink()) {
            assertThat(assign(sink)).isEqualTo(10);
        }
    }

    @Test
    void aDamagedPartStops() throws Exception {
        Sink crashed = sink();
        assign(crashed);
        crashed.write(batch(0, 10));
        crashed.flush();
        try (Stream<Path> files = Files.list(folder.resolve("out/_mainstem/pipeline/orders/orders-0"))) {
            Path part = files.filter(file -> file.toString().endsWith(".part"))
                    .collect(Collectors.toList())
                    .get(0);
            Files.writeString(part, "x");
        }
        StopException stop = catchThrowableOfType(StopException.class, () -> assign(sink()));
        assertThat(stop.code()).isEqualTo("file.damaged");
    }

    private static final class NoContext implements SinkContext {
        @Override
        public void rewind(TopicPartition partition, long offset) {}

        @Override
        public void pause(TopicPartition partition) {}

        @Override
        public void resume(TopicPartition partition) {}

        @Override
        public void requestFlush() {}

        @Override
        public CompletionStage<Void> deadLetter(Message message, Exception why) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void publish(String topic, Message message) {}
    }
}
