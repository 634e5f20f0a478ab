package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.Batch;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.scan.TopicScan;
import io.mainstem.runtime.transform.BuiltIns;
import io.mainstem.runtime.transform.StepPlaces;
import io.mainstem.runtime.transform.StepSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows that are gone from a source are deleted from its topic, and no others. */
@Timeout(120)
class DeleteScanTest extends WorkerCase {

    private static final TopicSpec TOPIC =
            new TopicSpec("table", 2, List.of(), CodecKind.JSON, TopicSettings.defaults());

    @Test
    void rowsThatAreGoneAreDeletedOnceAndNotAgainInTheNextRun() throws Exception {
        TableSource source = new TableSource(Duration.ZERO, "id");
        for (long id = 0; id < 20_000; id++) {
            source.put(id, "text");
        }
        run(source, TOPIC);
        for (long id = 0; id < 20_000; id += 2) {
            source.remove(id);
        }
        run(source, TOPIC);
        assertThat(deletes())
                .hasSize(10_000)
                .doesNotHaveDuplicates()
                .contains("19998")
                .doesNotContain("1");
        run(source, TOPIC);
        assertThat(deletes()).hasSize(10_000);
        assertThat(source.scans).hasValue(3);
    }

    @Test
    void aTableThatWasEmptiedOrLostMuchDeletesNothingUntilThatIsAllowed() throws Exception {
        TableSource source = new TableSource(Duration.ZERO, "id");
        source.limit(0.3);
        for (long id = 0; id < 100; id++) {
            source.put(id, "text");
        }
        run(source, TOPIC);
        for (long id = 0; id < 30; id++) {
            source.remove(id);
        }
        run(source, TOPIC);
        assertThat(deletes()).hasSize(30);
        for (long id = 30; id < 52; id++) {
            source.remove(id);
        }
        assertThat(refused(pipeline(source, TOPIC, List.of(), true)))
                .contains("22 of the 70 rows of stream 'table' are gone", "30 %", "detect-deletes-limit");
        assertThat(deletes()).hasSize(30);
        source.limit(1);
        run(source, TOPIC);
        assertThat(deletes()).hasSize(52);
    }

    @Test
    void aFewRowsOfASmallTableMayGoButNotTheLast() throws Exception {
        TableSource source = new TableSource(Duration.ZERO, "id");
        source.limit(0.3);
        source.put(1, "one");
        source.put(2, "two");
        source.put(3, "three");
        run(source, TOPIC);
        source.remove(1);
        source.remove(2);
        run(source, TOPIC);
        assertThat(deletes()).containsExactlyInAnyOrder("1", "2");
        source.remove(3);
        assertThat(refused(pipeline(source, TOPIC, List.of(), true))).contains("1 of the 1 rows");
        assertThat(deletes()).hasSize(2);
    }

    @Test
    void aKeyThatComesBackIsDeletedAgainWhenItGoesAgain() throws Exception {
        TableSource source = new TableSource(Duration.ZERO, "id");
        source.put(1, "first");
        run(source, TOPIC);
        source.remove(1);
        run(source, TOPIC);
        source.put(1, "second");
        run(source, TOPIC);
        assertThat(records()).containsExactly("1 put", "1 delete", "1 put");
        source.remove(1);
        run(source, TOPIC);
        assertThat(records()).containsExactly("1 put", "1 delete", "1 put", "1 delete");
    }

    /** The row was deleted before the scan and is made again during it: the scan does not have it, and the topic has it anew. */
    @Test
    void aKeyThatIsPublishedWhileTheScanRunsIsNotDeleted() throws Exception {
        TableSource source = new TableSource(Duration.ofMillis(200), "id");
        source.put(1, "gone");
        source.put(2, "comes back");
        source.put(3, "stays");
        run(source, TOPIC);
        source.remove(1);
        source.remove(2);
        source.onSnapshot(() -> {
            source.onSnapshot(() -> {});
            source.put(2, "again");
        });
        try (Worker worker = Worker.start(log, List.of(pipeline(source, TOPIC, List.of(), false)), options())) {
            await(() -> deletes().contains("1") && source.scans.get() >= 3);
            assertThat(worker.hasFailed()).isFalse();
        }
        assertThat(deletes()).containsExactly("1");
        assertThat(records().stream().filter(record -> record.startsWith("2"))).containsExactly("2 put", "2 put");
    }

    @Test
    void stepsThatLeaveTheKeyAloneAreNoHindrance() throws Exception {
        TableSource source = new TableSource(Duration.ZERO, "id");
        List<StepSpec> steps = List.of(
                step("filter", Map.of("where", "value.text != 'hidden'")),
                step("add", Map.of("fields", Map.of("length", "size(value.text)"))),
                step("rename", Map.of("fields", Map.of("text", "words"))),
                step("headers", Map.of("headers", Map.of("h", "x"))));
        source.put(1, "one");
        source.put(2, "two");
        source.put(3, "hidden");
        finish(pipeline(source, TOPIC, steps, true));
        source.remove(2);
        finish(pipeline(source, TOPIC, steps, true));
        assertThat(deletes()).containsExactly("2");
    }

    @Test
    void stepsThatMakeAnotherKeyAreRefused() throws Exception {
        assertThat(refused(List.of(step("add", Map.of("fields", Map.of("id", "value.id + 1"))))))
                .contains("step 1 'add' may change");
        assertThat(refused(List.of(step("rename", Map.of("fields", Map.of("id", "number"))))))
                .contains("step 1 'rename' may change");
        assertThat(refused(List.of(
                        step("filter", Map.of("where", "true")), step("route", Map.of("topic", "t.{value.text}")))))
                .contains("step 2 'route' may change");
    }

    private String refused(List<StepSpec> steps) throws Exception {
        return refused(pipeline(new TableSource(Duration.ZERO, "id"), TOPIC, steps, true));
    }

    @Test
    void whatCannotWorkIsRefusedWithTheReason() throws Exception {
        assertThat(refused(pipeline(new TableSource(Duration.ZERO), TOPIC, List.of(), true)))
                .contains("have no key");
        TopicSpec keyed = new TopicSpec("keyed", 1, List.of("text"), CodecKind.JSON, TopicSettings.defaults());
        assertThat(refused(pipeline(new TableSource(Duration.ZERO, "id"), keyed, List.of(), true)))
                .contains("the key of topic 'keyed' is [text], and that of the rows is [id]");
        TopicSpec forgetful = new TopicSpec(
                "forgetful",
                1,
                List.of(),
                CodecKind.JSON,
                TopicSettings.defaults().toBuilder()
                        .retentionMillis(Duration.ofDays(7).toMillis())
                        .build());
        assertThat(refused(pipeline(new TableSource(Duration.ZERO, "id"), forgetful, List.of(), true)))
                .contains("topic 'forgetful' deletes old records");
        SourceSpec one = spec("one", new TableSource(Duration.ZERO, "id"), "table", List.of(), true);
        SourceSpec other = spec("other", new TableSource(Duration.ZERO, "id"), "table", List.of(), true);
        assertThat(refused(new Pipeline("tables", Path.of("t.yaml"), List.of(one, other), List.of(TOPIC), List.of())))
                .contains("topic 'table' has records of others");
    }

    private String refused(Pipeline pipeline) throws Exception {
        try (Worker worker = Worker.start(log, List.of(pipeline), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            TaskStatus status = worker.status().get(0);
            assertThat(status.state()).isEqualTo(TaskStatus.State.FAILED);
            return status.failure().orElseThrow().toString();
        }
    }

    private void run(TableSource source, TopicSpec topic) throws Exception {
        finish(pipeline(source, topic, List.of(), true));
    }

    private void finish(Pipeline pipeline) throws Exception {
        try (Worker worker = Worker.start(log, List.of(pipeline), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            TaskStatus status = worker.status().get(0);
            assertThat(status.state()).as("%s", status.failure()).isEqualTo(TaskStatus.State.FINISHED);
        }
    }

    private List<String> deletes() {
        return records().stream()
                .filter(record -> record.endsWith(" delete"))
                .map(record -> record.substring(0, record.indexOf(' ')))
                .toList();
    }

    private List<String> records() {
        List<String> records = new ArrayList<>();
        try (TopicScan scan = new TopicScan(log, log.admin().topic("table").orElseThrow())) {
            scan.all((partition, cursor) -> records.add(
                    new String(cursor.array(), cursor.keyOffset(), cursor.keyLength(), StandardCharsets.UTF_8)
                            + (cursor.valueLength() < 0 ? " delete" : " put")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return records;
    }

    private static StepSpec step(String name, Map<String, ?> options) {
        var factory = BuiltIns.find(name).orElseThrow();
        return new StepSpec(factory, Config.parse(factory.config(), options), List.of(), StepPlaces.NONE);
    }

    private static SourceSpec spec(
            String name, TableSource source, String topic, List<StepSpec> steps, boolean isBounded) {
        return new SourceSpec(
                name,
                "table",
                source,
                NONE,
                topic,
                steps,
                isBounded ? ScheduleSpec.once() : ScheduleSpec.continuous(),
                Batch.OF_SOURCE,
                FailurePolicy.DEFAULT);
    }

    private static Pipeline pipeline(TableSource source, TopicSpec topic, List<StepSpec> steps, boolean isBounded) {
        return new Pipeline(
                "tables",
                Path.of("t.yaml"),
                List.of(spec("memory", source, topic.name(), steps, isBounded)),
                List.of(topic),
                List.of());
    }
}
