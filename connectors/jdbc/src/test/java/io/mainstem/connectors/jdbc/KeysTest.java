package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows are found by what the messages' keys say, in each form that keys have. */
final class KeysTest {

    private static final Schema SCHEMA = Schema.of(
            "t",
            Field.required("shop", Type.STRING),
            Field.required("number", Type.INT64),
            Field.nullable("name", Type.STRING));

    @RegisterExtension
    final TestSink target = new TestSink();

    private final SinkRuntime log = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0));

    private Sink deleting(Object... key) {
        return target.open("mode", "upsert", "delete", "true", "key", List.of(key));
    }

    @Test
    void textKeysOfTheLogDeleteRows() throws Exception {
        log.append(Scalar.text("[\"a\\\"b\",1]"), Row.of(SCHEMA, "a\"b", 1L, "one"));
        log.append(Scalar.text("[\"c\",2]"), Row.of(SCHEMA, "c", 2L, "two"));
        log.append(Message.of(Operation.DELETE, Scalar.text("[\"a\\\"b\",1]"), null));
        log.append(Message.of(Operation.DELETE, Scalar.text("not json"), null));
        log.run(deleting("shop", "number"));
        assertThat(target.query("SELECT shop, number, name FROM t")).containsExactly(List.of("c", "2", "two"));
        assertThat(log.deadLetters()).hasSize(1);
        log.append(Message.of(Operation.DELETE, Scalar.text("[\"c\",2]"), null));
        log.run(deleting("shop", "number"));
        assertThat(target.one("SELECT count(*) FROM t")).isEqualTo("0");
    }

    @Test
    void aKeyColumnMayComeFromTheMessagesKeyAlone() throws Exception {
        Schema value = Schema.of("t", Field.nullable("name", Type.STRING));
        log.append(Scalar.int64(1), Row.of(value, "one"));
        log.append(Scalar.int64(2), Row.of(value, "two"));
        log.append(Scalar.int64(1), Row.of(value, "uno"));
        log.append(null, Row.of(value, "nobody"));
        log.run(deleting("id"));
        assertThat(target.query("SELECT id, name FROM t ORDER BY id"))
                .containsExactly(List.of("1", "uno"), List.of("2", "two"));
        assertThat(log.deadLetters()).hasSize(1);
    }

    @Test
    void equalKeysThatLookDifferentAreOneRow() throws Exception {
        Schema schema = Schema.of("t", Field.required("id", Type.DECIMAL), Field.nullable("name", Type.STRING));
        log.append(null, Row.of(schema, new BigDecimal("1.0"), "first"));
        log.append(null, Row.of(schema, new BigDecimal("1.00"), "last"));
        log.run(deleting("id"));
        assertThat(target.query("SELECT name FROM t")).containsExactly(List.of("last"));
    }

    @Test
    void renamedColumnsAreFoundByTheKeysOfBefore() throws Exception {
        Schema key = Schema.of("key", Field.required("number", Type.INT64));
        log.append(Row.of(key, 1L), Row.of(SCHEMA, "a", 1L, "one"));
        log.append(Row.of(key, 2L), Row.of(SCHEMA, "a", 2L, "two"));
        log.append(Message.of(Operation.DELETE, Row.of(key, 1L), null));
        log.run(target.open("mode", "upsert", "delete", "true", "columns", Map.of("number", "id", "name", "label")));
        assertThat(target.query("SELECT id, label FROM t")).containsExactly(List.of("2", "two"));
    }

    @Test
    void upsertWithoutAKeyStops() throws Exception {
        log.append(null, Row.of(SCHEMA, "a", 1L, "one"));
        Sink sink = target.open("mode", "upsert");
        assertThatThrownBy(() -> log.run(sink))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.no-key"));
    }
}
