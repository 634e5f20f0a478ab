package io.mainstem.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Origin;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.log.Headers;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.schema.TemporaryLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessageCodecTest {

    private static final Schema SCHEMA =
            Schema.of("orders", Field.required("id", Type.INT64), Field.nullable("name", Type.STRING));
    private static final TopicPartition PARTITION = new TopicPartition("orders", new UUID(1, 2), 0);
    private static final io.mainstem.log.TopicPartition IN_LOG = new io.mainstem.log.TopicPartition("orders", 0);

    @RegisterExtension
    final TemporaryLog log = new TemporaryLog();

    private final Schemas schemas = Schemas.open(log);
    private final MessageCodec codec = codec("id");

    MessageCodecTest() {
        TopicSettings settings = TopicSettings.defaults().toBuilder()
                .timestampType(TopicSettings.TimestampType.CREATE_TIME)
                .build();
        log.admin().createTopic("orders", 1, settings);
    }

    private MessageCodec codec(String... keyFields) {
        return MessageCodec.of("orders", CodecKind.AVRO, List.of(keyFields), schemas);
    }

    private static Row row(long id, String name) {
        return Row.of(SCHEMA, id, name);
    }

    private void append(MessageCodec by, Message message) {
        by.encode(message);
        append(by.hasKey() ? bytes(by.key()) : null, by.hasValue() ? bytes(by.value()) : null, by.headers());
    }

    private void append(byte[] key, byte[] value, Headers headers) {
        log.producer(ProducerOptions.idempotent())
                .send(IN_LOG, 1_000, key, value, headers)
                .join();
    }

    private static byte[] bytes(EncodeBuffer buffer) {
        return Arrays.copyOf(buffer.array(), buffer.length());
    }

    private List<Message> readAll(MessageCodec by) {
        List<Message> messages = new ArrayList<>();
        RecordCursor cursor =
                log.reader(IN_LOG, 0).poll(Duration.ZERO).orElseThrow().cursor();
        while (cursor.next()) {
            messages.add(by.decode(cursor, PARTITION));
        }
        return messages;
    }

    private Message roundTrip(Message message) {
        append(codec, message);
        List<Message> all = readAll(codec());
        return all.get(all.size() - 1);
    }

    private static Datum key(long id) {
        return Row.of(Schema.of("orders", SCHEMA.field(0)), id);
    }

    @Test
    void aMessageComesBackWithItsPlace() {
        roundTrip(Message.create(row(1, "a")));
        Message read = roundTrip(Message.create(row(2, "b")));
        assertThat(read.operation()).isEqualTo(Operation.CREATE);
        assertThat(read.key()).isEqualTo(key(2));
        assertThat(read.value()).isEqualTo(row(2, "b"));
        assertThat(read.headers()).isEmpty();
        assertThat(read.timestamp()).contains(Instant.ofEpochSecond(1));
        assertThat(read.origin()).contains(new Origin(PARTITION, 1, 0));
    }

    @Test
    void aCreateHasNoHeadersAndOthersShareThem() {
        codec.encode(Message.create(row(1, "a")));
        assertThat(codec.headers()).isSameAs(Headers.EMPTY);
        for (Operation operation : List.of(Operation.UPDATE, Operation.SNAPSHOT, Operation.DELETE)) {
            Message message = Message.of(operation, key(1), operation == Operation.DELETE ? null : row(1, "a"));
            codec.encode(message);
            Headers first = codec.headers();
            codec.encode(message);
            assertThat(codec.headers()).isSameAs(first);
            assertThat(first.last(MessageCodec.OPERATION_HEADER).map(String::new))
                    .contains(operation.name().toLowerCase(java.util.Locale.ROOT));
            assertThat(roundTrip(message).operation()).isEqualTo(operation);
        }
    }

    @Test
    void aDeleteHasAKeyAndNoValue() {
        append(codec, Message.create(row(1, "a")));
        Message read = roundTrip(Message.of(Operation.DELETE, Scalar.int64(1), null));
        assertThat(codec.hasValue()).isFalse();
        assertThat(read.key()).isEqualTo(key(1));
        assertThat(read.value()).isNull();
    }

    @Test
    void aDeletesKeyIsTakenFromARowThatHasTheFields() {
        append(codec, Message.create(row(1, "a")));
        append(codec, Message.of(Operation.DELETE, row(1, "a"), null));
        List<Message> read = readAll(codec());
        assertThat(read.get(1).key()).isEqualTo(read.get(0).key());
    }

    @Test
    void theKeyOfADeleteAtTheStartIsKnownFromTheTopicsSchema() {
        codec.encode(Message.create(row(1, "a")));
        append(codec, Message.of(Operation.DELETE, key(7), null));
        assertThat(readAll(codec()).get(0).key()).isEqualTo(key(7));
    }

    @Test
    void withoutKeyFieldsTheConnectorsKeyIsTaken() {
        MessageCodec without = codec();
        append(without, Message.of(Operation.CREATE, Scalar.text("k"), row(1, "a")));
        append(without, Message.create(row(1, "a")));
        assertThat(readAll(without)).extracting(Message::key).containsExactly(Scalar.text("k"), null);
    }

    @Test
    void theTimeAndTheOwnHeadersComeBack() {
        Instant time = Instant.parse("2024-02-29T12:00:00.123456789Z");
        Header own = new Header("trace", new byte[] {1});
        Message read = roundTrip(Message.of(Operation.UPDATE, null, row(1, "a"))
                .withTimestamp(time)
                .withHeaders(List.of(own, new Header("mainstem.op", new byte[] {2}))));
        assertThat(read.timestamp()).contains(time);
        assertThat(read.headers()).containsExactly(own);
        assertThat(read.operation()).isEqualTo(Operation.UPDATE);
        assertThat(roundTrip(Message.create(row(1, "a"))).headers()).isEmpty();
    }

    @Test
    void aMessageThatNobodyCouldFindAgainIsNotWritten() {
        assertThatThrownBy(() -> codec.encode(Message.of(Operation.DELETE, null, null)))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("a delete has no key");
        Schema nullable = Schema.of("orders", Field.nullable("id", Type.INT64));
        assertThatThrownBy(() -> codec.encode(Message.create(Row.of(nullable, (Object) null))))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("'id' is null");
    }

    @Test
    void rowsWithoutTheKeysFieldsStopTheWriter() {
        assertThatThrownBy(() -> codec("nr").encode(Message.create(row(1, "a"))))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("'nr'");
    }

    @Test
    void textTopicsHaveTextKeys() {
        MessageCodec text = MessageCodec.of("orders", CodecKind.TEXT, List.of(), schemas);
        append(text, Message.of(Operation.CREATE, Scalar.int64(4), Scalar.text("line")));
        append(new byte[] {-1}, "line".getBytes(StandardCharsets.UTF_8), Headers.EMPTY);
        List<Message> read = readAll(text);
        assertThat(read.get(0).key()).isEqualTo(Scalar.text("4"));
        assertThat(read.get(0).value()).isEqualTo(Scalar.text("line"));
        assertThat(read.get(1).key()).isEqualTo(Scalar.bytes(new byte[] {-1}));
    }

    @Test
    void headersThatMeanNothingAreUndecodable() {
        MessageCodec text = MessageCodec.of("orders", CodecKind.TEXT, List.of(), schemas);
        append(null, new byte[0], Headers.of(MessageCodec.OPERATION_HEADER, new byte[] {'x'}));
        assertThatThrownBy(() -> readAll(text))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> readAll(text)).isInstanceOf(UndecodableException.class);
    }

    @Test
    void aDeleteWithAValueAndABadTimeAreUndecodable() {
        MessageHeaders headers = new MessageHeaders();
        headers.read(Headers.of(MessageCodec.OPERATION_HEADER, "delete".getBytes(StandardCharsets.UTF_8)));
        assertThat(headers.operation(false)).isEqualTo(Operation.DELETE);
        assertThatThrownBy(() -> headers.operation(true)).isInstanceOf(UndecodableException.class);
        assertThatThrownBy(() -> headers.read(Headers.of(MessageCodec.TIME_HEADER, new byte[] {'?'})))
                .isInstanceOf(UndecodableException.class);
    }

    @Test
    void aSchemaChangeMidStreamChangesTheReference() {
        Schema longer = Schema.of("orders", SCHEMA.field(0), SCHEMA.field(1), Field.nullable("qty", Type.INT32));
        append(codec, Message.create(row(1, "a")));
        append(codec, Message.create(row(2, "b")));
        append(codec, Message.create(Row.of(longer, 3L, "c", 4L)));
        List<Message> read = readAll(codec());
        Schema first = ((Row) read.get(0).value()).schema();
        assertThat(((Row) read.get(1).value()).schema()).isSameAs(first);
        assertThat(((Row) read.get(2).value()).schema()).isEqualTo(longer);
        assertThat(read.get(2).key()).isEqualTo(key(3));
    }
}
