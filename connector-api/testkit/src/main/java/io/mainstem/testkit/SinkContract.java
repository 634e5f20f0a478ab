package io.mainstem.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every sink must do, and what follows from the capabilities that it declares. A capability that is not declared must
 * fail with a {@link StopException} that says what to set, or with {@link BadRecordsException}; never be passed over.
 */
public abstract class SinkContract {

    /** The rows that the suite writes. */
    public static final Schema SCHEMA = Schema.of(
            "contract",
            Field.required("id", Type.INT64),
            Field.nullable("name", Type.STRING),
            Field.nullable("amount", Type.decimal(10, 2)));

    private static final Schema KEY = Schema.of("key", Field.required("id", Type.INT64));
    private static final TopicPartition PARTITION = new TopicPartition("contract", UUID.randomUUID(), 0);

    /** A folder for the test. */
    @TempDir
    protected Path folder;

    private final List<Sink> open = new ArrayList<>();
    private SinkHarness harness;
    private SinkRuntime log;

    /** For inheritors. */
    protected SinkContract() {}

    /** An empty target. */
    protected abstract SinkHarness open() throws Exception;

    @BeforeEach
    void openHarness() throws Exception {
        harness = open();
        log = new SinkRuntime(PARTITION);
    }

    @AfterEach
    void closeHarness() throws Exception {
        for (Sink sink : open) {
            sink.close();
        }
        harness.close();
    }

    private Sink sink() throws Exception {
        return sink(harness.options());
    }

    private Sink sink(Map<String, ?> options) throws Exception {
        Config config = Config.parse(harness.factory().config(), options);
        Sink sink = harness.factory().create(config, SinkTestContext.in(folder));
        open.add(sink);
        return sink;
    }

    private boolean has(Capability capability) {
        return harness.factory()
                .capabilities(Config.parse(harness.factory().config(), harness.options()))
                .has(capability);
    }

    private static Row key(long id) {
        return Row.of(KEY, id);
    }

    private static Row row(long id) {
        return Row.of(SCHEMA, id, "name " + id, BigDecimal.valueOf(id, 2));
    }

    private void append(long first, long last) {
        LongStream.rangeClosed(first, last).forEach(id -> log.append(key(id), row(id)));
    }

    private List<Long> ids() throws Exception {
        return harness.rows().stream()
                .map(found -> (Long) found.get("id"))
                .sorted()
                .toList();
    }

    /** Every id once, or where the sink promises less, at least once. */
    private void assertArrived(long first, long last) throws Exception {
        List<Long> expected = LongStream.rangeClosed(first, last).boxed().toList();
        if (has(Capability.OWNS_OFFSETS) || has(Capability.IDEMPOTENT)) {
            assertThat(ids()).isEqualTo(expected);
        } else {
            assertThat(ids()).containsAll(expected);
        }
    }

    @Test
    void everythingArrivesAsItWas() throws Exception {
        append(1, 10);
        log.append(key(11), Row.of(SCHEMA, 11L, null, null));
        log.append(key(12), Row.of(SCHEMA, 12L, "ä \"quoted\", \\ and\nlines", new BigDecimal("-99999999.99")));
        log.run(sink());
        assertArrived(1, 12);
        Map<String, Object> twelfth = harness.rows().stream()
                .filter(found -> Long.valueOf(12).equals(found.get("id")))
                .findFirst()
                .orElseThrow();
        assertThat(twelfth.get("name")).isEqualTo("ä \"quoted\", \\ and\nlines");
        assertThat((BigDecimal) twelfth.get("amount")).isEqualByComparingTo("-99999999.99");
    }

    @Test
    void anEmptyFlushDoesNothing() throws Exception {
        Sink sink = sink();
        log.assign(sink);
        sink.flush();
        append(1, 2);
        log.deliver(sink, 0);
        sink.flush();
        assertArrived(1, 2);
    }

    @Test
    void aSinkThatIsKilledAtAnyCallbackLosesNothing() throws Exception {
        append(1, 9);
        for (int steps = 0; steps <= 6; steps++) {
            for (boolean closed : new boolean[] {true, false}) {
                Sink sink = sink();
                runSteps(sink, steps);
                if (closed) {
                    sink.close();
                }
            }
            log.run(sink());
            assertArrived(1, log.end());
            append(log.end() + 1, log.end() + 9);
        }
        log.run(sink());
        assertArrived(1, log.end());
    }

    /** Assigns, and then writes and flushes in turn, so many calls in all. */
    private void runSteps(Sink sink, int steps) throws Exception {
        if (steps == 0) {
            return;
        }
        long at = log.assign(sink);
        for (int step = 1; step < steps && at < log.end(); step++) {
            SinkBatch batch = log.batch(at);
            sink.write(batch);
            at = batch.nextOffset();
            if (step % 2 == 0) {
                sink.flush();
            }
        }
    }

    @Test
    void recordsThatAreDeliveredAgainAreNotWrittenAgain() throws Exception {
        append(1, 6);
        Sink first = sink();
        log.run(first);
        first.close();
        Sink second = sink();
        log.assign(second);
        log.deliver(second, 0);
        assertArrived(1, 6);
    }

    @Test
    void theTargetKnowsItsOffsetWhenTheGroupDoesNot() throws Exception {
        append(1, 4);
        log.batchSize(10).run(sink());
        long offset = new SinkRuntime(PARTITION).assign(sink());
        assertThat(offset).isEqualTo(has(Capability.OWNS_OFFSETS) ? 4 : 0);
    }

    @Test
    void anEarlierOwnerWritesNothing() throws Exception {
        append(1, 3);
        Sink zombie = sink();
        long at = log.assign(zombie);
        zombie.write(log.batch(at));
        Sink owner = sink();
        log.run(owner);
        if (has(Capability.OWNS_OFFSETS)) {
            assertThatThrownBy(zombie::flush).isNotInstanceOf(BadRecordsException.class);
        }
        append(4, 6);
        log.deliver(owner, 3);
        assertArrived(1, 6);
    }

    @Test
    void offsetsMayHaveGaps() throws Exception {
        log.skip(2);
        append(1, 1);
        log.skip(5);
        append(2, 3);
        log.skip(1);
        log.run(sink());
        assertArrived(1, 3);
        append(4, 4);
        log.run(sink());
        assertArrived(1, 4);
    }

    @Test
    void aBatchWithoutMessagesMovesTheOffset() throws Exception {
        append(1, 2);
        log.run(sink());
        log.skip(7);
        Sink sink = sink();
        log.deliver(sink, log.assign(sink));
        if (has(Capability.OWNS_OFFSETS)) {
            assertThat(new SinkRuntime(PARTITION).assign(sink())).isEqualTo(9);
        }
        assertArrived(1, 2);
    }

    @Test
    void whatIsSentAgainGoesWhereItsTopicGoesWithOffsetsOfItsOwn() throws Exception {
        append(1, 4);
        log.run(sink());
        SinkRuntime again = new SinkRuntime(new TopicPartition(PARTITION.topic(), UUID.randomUUID(), 0, true));
        again.append(key(5), row(5));
        again.run(sink());
        again.run(sink());
        append(6, 7);
        log.run(sink());
        assertThat(ids()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void oneBadRecordIsNamedAndTheOthersArrive() throws Exception {
        Optional<Row> bad = harness.badRow(5);
        if (bad.isEmpty()) {
            return;
        }
        append(1, 4);
        Message refused = log.append(key(5), bad.get());
        append(6, 8);
        log.run(sink());
        assertThat(log.deadLetters()).containsExactly(refused.origin().orElseThrow());
        assertThat(ids()).isEqualTo(List.of(1L, 2L, 3L, 4L, 6L, 7L, 8L));
    }

    @Test
    void aNewFieldIsTakenOrStopsTheSink() throws Exception {
        append(1, 3);
        List<Field> fields = new ArrayList<>(SCHEMA.fields());
        fields.add(Field.nullable("note", Type.STRING));
        Schema wider = Schema.of("contract", fields);
        log.append(key(4), Row.of(wider, 4L, "name 4", BigDecimal.ONE.setScale(2), "new"));
        log.append(key(5), row(5));
        log.batchSize(4);
        if (has(Capability.SCHEMA_EVOLUTION)) {
            log.run(sink());
            assertArrived(1, 5);
            Map<Object, Object> notes = new HashMap<>();
            for (Map<String, Object> found : harness.rows()) {
                notes.put(found.get("id"), found.get("note"));
            }
            assertThat(notes.get(4L)).isEqualTo("new");
            assertThat(notes.get(5L)).isNull();
        } else {
            Sink sink = sink();
            assertThatThrownBy(() -> log.run(sink)).isInstanceOf(StopException.class);
        }
    }

    @Test
    void deletesRemoveRowsInOrder() throws Exception {
        Optional<Map<String, ?>> options = harness.deletingOptions();
        if (options.isEmpty()) {
            return;
        }
        append(1, 5);
        log.append(Message.of(Operation.DELETE, key(2), null));
        log.append(Message.of(Operation.DELETE, key(4), null));
        log.append(Message.of(Operation.CREATE, key(4), row(4)));
        log.append(Message.of(Operation.DELETE, key(77), null));
        log.batchSize(4).run(sink(options.get()));
        assertThat(ids()).isEqualTo(List.of(1L, 3L, 4L, 5L));
        log.append(Message.of(Operation.DELETE, key(1), null));
        log.run(sink(options.get()));
        assertThat(ids()).isEqualTo(List.of(3L, 4L, 5L));
    }

    @Test
    void aDeleteStopsASinkThatDoesNotDelete() throws Exception {
        if (has(Capability.DELETES)) {
            return;
        }
        append(1, 1);
        log.append(Message.of(Operation.DELETE, key(1), null));
        Sink sink = sink();
        assertThatThrownBy(() -> log.run(sink))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.whatToDo()).isNotBlank());
    }

    @Test
    void whatIsNotFlushedIsDroppedWithItsPartition() throws Exception {
        append(1, 6);
        Sink sink = sink();
        long at = log.batchSize(3).assign(sink);
        sink.write(log.batch(at));
        sink.flush();
        sink.write(log.batch(3));
        sink.revoke(Set.of(PARTITION));
        sink.flush();
        if (has(Capability.OWNS_OFFSETS)) {
            assertThat(ids()).isEqualTo(List.of(1L, 2L, 3L));
        }
        log.run(sink);
        assertArrived(1, 6);
    }
}
