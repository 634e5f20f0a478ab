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
import io.mainstem.api.Type;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages as lines that can be read back. */
final class MessageLineTest {

    private static final Schema ORDER =
            Schema.of("order", Field.required("id", Type.INT64), Field.nullable("note", Type.STRING));
    private static final Schema ID = Schema.of("order", Field.required("id", Type.INT64));

    @Test
    void rowsOfEveryTypeComeBack() {
        RandomRows random = new RandomRows(RandomRows.newSeed());
        for (int i = 0; i < 200; i++) {
            Row row = random.row(random.schema());
            Message read = MessageLine.of(Message.create(row)).orElseThrow().read(List.of());
            assertThat(RandomRows.text((Row) read.value())).isEqualTo(RandomRows.text(row));
            assertThat(((Row) read.value()).schema().name())
                    .isEqualTo(row.schema().name());
        }
    }

    @Test
    void aDeleteKeepsItsKeyItsTimeAndItsHeaders() {
        List<Header> headers = List.of(new Header("trace", new byte[] {(byte) 0xff, 1}));
        Message delete = Message.of(Operation.DELETE, Row.of(ID, 7L), null)
                .withTimestamp(Instant.parse("2026-01-31T00:00:00.000000001Z"))
                .withHeaders(headers);

        Message read = MessageLine.of(delete).orElseThrow().read(headers);

        assertThat(read.operation()).isEqualTo(Operation.DELETE);
        assertThat(read.key()).isEqualTo(delete.key());
        assertThat(read.value()).isNull();
        assertThat(read.timestamp()).isEqualTo(delete.timestamp());
        assertThat(read.headers()).isEqualTo(headers);
    }

    @Test
    void keysAndValuesThatAreNoRowsComeBack() {
        Message message = Message.of(Operation.UPDATE, Scalar.text("k"), Scalar.bytes(new byte[] {0, 1, (byte) 0xff}));
        Message read = MessageLine.of(message).orElseThrow().read(List.of());
        assertThat(read.key()).isEqualTo(message.key());
        assertThat(((Scalar) read.value()).value()).isEqualTo(new byte[] {0, 1, (byte) 0xff});
    }

    @Test
    void aKeyWithTheNameOfTheValueAndOtherFieldsComesBack() {
        Message message = Message.of(Operation.UPDATE, Row.of(ID, 7L), Row.of(ORDER, 7L, "x"));
        Message read = MessageLine.of(message).orElseThrow().read(List.of());
        assertThat(read.key()).isEqualTo(message.key());
        assertThat(read.value()).isEqualTo(message.value());
    }

    @Test
    void theRowMayBeAnotherThatFits() {
        MessageLine line =
                MessageLine.of(Message.create(Row.of(ORDER, 7L, "x"))).orElseThrow();
        assertThat(line.withValue("{\"id\":8}").read(List.of()).value()).isEqualTo(Row.of(ORDER, 8L, null));
        assertThatThrownBy(() -> line.withValue("{\"id\":8,\"nots\":1}"))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("nots");
    }
}
