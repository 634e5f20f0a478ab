package io.mainstem.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JsonRowsTest {

    private static final Schema SCHEMA =
            Schema.of("t", Field.required("id", Type.INT64), Field.nullable("more", Type.JSON));

    @Test
    void aMessageIsOneLine() {
        Message message = Message.of(Operation.UPDATE, Scalar.text("k"), Row.of(SCHEMA, 1L, "{\r\n\"a\": 1}"))
                .withHeaders(List.of(
                        new Header("trace", "x".getBytes(StandardCharsets.UTF_8)), new Header("raw", new byte[] {-1})))
                .withTimestamp(Instant.EPOCH)
                .withOrigin(new TopicPartition("orders", new UUID(1, 2), 3), 42, 0);
        assertThat(JsonRows.toJson(message))
                .isEqualTo("{\"operation\":\"update\",\"key\":\"k\",\"value\":{\"id\":1,\"more\":{  \"a\": 1}},"
                        + "\"headers\":{\"trace\":\"x\",\"raw\":\"/w==\"},\"timestamp\":\"1970-01-01T00:00:00Z\","
                        + "\"topic\":\"orders\",\"partition\":3,\"offset\":42}");
    }

    @Test
    void whatAMessageDoesNotHaveIsLeftOut() {
        assertThat(JsonRows.toJson(Message.of(Operation.DELETE, Scalar.int64(5), null)))
                .isEqualTo("{\"operation\":\"delete\",\"key\":5}");
    }

    @Test
    void aRowIsReadByASchemaOrByItsLooks() {
        assertThat(JsonRows.toRow("{\"id\": 5}", SCHEMA)).isEqualTo(Row.of(SCHEMA, 5L, null));
        Row inferred = JsonRows.toRow("{\"id\": 5, \"name\": \"a\"}", "t");
        assertThat(inferred.schema().toString()).isEqualTo("{id int64, name string}");
        assertThat(JsonRows.toJson(inferred)).isEqualTo("{\"id\":5,\"name\":\"a\"}");
    }

    @Test
    void aFieldThatTheSchemaLacksIsNamed() {
        assertThatThrownBy(() -> JsonRows.toRow("{\"id\":1,\"nr\":2}", SCHEMA))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("no field 'nr'");
        assertThatThrownBy(() -> JsonRows.toRow("[1]", "t")).isInstanceOf(UndecodableException.class);
        assertThatThrownBy(() -> JsonRows.toRow("{\"\":1}", "t")).isInstanceOf(UndecodableException.class);
    }

    @Test
    void everyRowIsShown() {
        RandomRows random = new RandomRows(RandomRows.newSeed());
        for (int i = 0; i < 300; i++) {
            Row row = random.row(random.schema());
            assertThat(JsonRows.toJson(row)).doesNotContain("\n");
            Row read = JsonRows.toRow(JsonRows.toJson(row), row.schema());
            assertThat(RandomRows.text(read)).isEqualTo(RandomRows.text(row));
        }
    }
}
