package io.mainstem.cli;

import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Origin;
import io.mainstem.api.Scalar;
import io.mainstem.log.Headers;
import io.mainstem.log.RecordCursor;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters.Corrected;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of a dead letter, for people: read as its topic's records are, with the place and the time that it had there, and
 * written as they are. For one thread.
 */
final class LetterRecord {

    private static final byte[] NOTHING = {};

    private final Origin origin;
    private final DeadLetter content;
    private final Schemas schemas;

    /** The record of a sink's letter. */
    LetterRecord(Letter letter, DeadLetter content, Schemas schemas) {
        this.origin = letter.head().record().orElseThrow();
        this.content = content;
        this.schemas = schemas;
    }

    /** A record as one line of JSON; as base64 when it cannot be read. */
    String text(Corrected record) {
        try {
            MessageCodec codec = MessageCodec.of(topic(), kind(record.value()), List.of(), schemas);
            return JsonRows.toJson(codec.decode(one(record), origin.partition()));
        } catch (CodecException | SchemaException e) {
            return "cannot be decoded (" + e.getMessage() + "): "
                    + (record.value() == null ? "" : Base64.getEncoder().encodeToString(record.value()));
        }
    }

    private String topic() {
        return origin.partition().topic();
    }

    private One one(Corrected record) {
        Instant time = content.timestamp().orElseGet(content::time);
        return new One(record, content.original(), origin.offset(), time.toEpochMilli());
    }

    private CodecKind kind(byte @Nullable [] value) {
        byte[] bytes = value == null ? NOTHING : value;
        return new CodecGuess(schemas, topic()).of(bytes, 0, value == null ? -1 : bytes.length);
    }

    /**
     * The record with another value; its key is that of the value, or else the one that it had.
     *
     * @param text a JSON object for a topic of rows, else the value itself
     */
    Corrected withValue(String text, Optional<CodecKind> codec) {
        Optional<Registered> schema = schemas.latest(topic());
        CodecKind kind = codec.orElseGet(() -> kindOfTopic(schema));
        try {
            MessageCodec encoder = MessageCodec.of(
                    topic(), kind, schema.map(Registered::keyFields).orElse(List.of()), schemas);
            encoder.encode(Message.of(Operation.CREATE, null, value(text, kind, schema)));
            return new Corrected(encoder.hasKey() ? bytes(encoder.key()) : content.key(), bytes(encoder.value()));
        } catch (CodecException | SchemaException | IllegalArgumentException e) {
            throw CommandException.unfit("the value does not fit topic '" + topic() + "': " + e.getMessage());
        }
    }

    /** What cannot be read as a row was to be one all the same, if the topic's records are rows. */
    private CodecKind kindOfTopic(Optional<Registered> schema) {
        CodecKind guessed = kind(content.value());
        boolean isRow = guessed == CodecKind.AVRO || guessed == CodecKind.JSON;
        return schema.isPresent() && !isRow ? CodecKind.AVRO : guessed;
    }

    private Datum value(String text, CodecKind kind, Optional<Registered> schema) {
        return switch (kind) {
            case AVRO, JSON ->
                schema.isPresent() ? JsonRows.toRow(text, schema.get().schema()) : JsonRows.toRow(text, topic());
            case TEXT -> Scalar.text(text);
            case BYTES -> Scalar.bytes(text.getBytes(StandardCharsets.UTF_8));
        };
    }

    private static byte[] bytes(EncodeBuffer buffer) {
        return Arrays.copyOf(buffer.array(), buffer.length());
    }

    /** A cursor that stands at the one record there is. */
    private record One(Corrected record, Headers headers, long offset, long timestamp) implements RecordCursor {
        @Override
        public boolean next() {
            return false;
        }

        @Override
        public byte[] array() {
            byte[] key = record.key() == null ? NOTHING : record.key();
            byte[] value = record.value() == null ? NOTHING : record.value();
            byte[] both = Arrays.copyOf(key, key.length + value.length);
            System.arraycopy(value, 0, both, key.length, value.length);
            return both;
        }

        @Override
        public int keyOffset() {
            return 0;
        }

        @Override
        public int keyLength() {
            return record.key() == null ? -1 : record.key().length;
        }

        @Override
        public int valueOffset() {
            return Math.max(0, keyLength());
        }

        @Override
        public int valueLength() {
            return record.value() == null ? -1 : record.value().length;
        }
    }
}
