package io.mainstem.runtime.codec;

import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.TopicPartition;
import io.mainstem.log.Headers;
import io.mainstem.log.RecordCursor;
import io.mainstem.runtime.schema.Schemas;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The step between a {@link Message} and a record of a topic. One thread at a time.
 *
 * <ul>
 *   <li>The value is written by the topic's codec; a delete has none.
 *   <li>The key is made of the topic's key fields where the value is a row that has them, else it is the connector's.
 *   <li>The operation and the time are headers; a create without a time has no headers at all.
 * </ul>
 */
public final class MessageCodec {

    /** The header that names the operation; absent for a create. */
    public static final String OPERATION_HEADER = MessageHeaders.OPERATION;
    /** The header with the time at which it happened, in ISO-8601, if the source knew. */
    public static final String TIME_HEADER = MessageHeaders.TIME;

    private final ValueCodec values;
    private final MessageKeys keys;
    private final MessageHeaders readHeaders = new MessageHeaders();
    private final EncodeBuffer key = new EncodeBuffer();
    private final EncodeBuffer value = new EncodeBuffer();

    private boolean hasKey;
    private boolean hasValue;
    private Headers headers = Headers.EMPTY;
    private long appendedMillis;
    private Instant appended = Instant.EPOCH;

    private MessageCodec(ValueCodec values, MessageKeys keys) {
        this.values = values;
        this.keys = keys;
    }

    /**
     * The codec of a topic.
     *
     * @param keyFields the fields of a row that make up its key, in order; none to take the connector's keys, and, when
     *     records are read, those that are kept beside the topic's schema
     */
    public static MessageCodec of(String topic, CodecKind kind, List<String> keyFields, Schemas schemas) {
        return new MessageCodec(
                Codecs.value(kind, topic, keyFields, schemas), new MessageKeys(topic, keyFields, schemas));
    }

    /**
     * Encodes a message; what it made is read from the other methods, until the next call.
     *
     * @throws CodecException when this message cannot be written
     * @throws io.mainstem.runtime.schema.SchemaException when the topic does not take the row's schema, or the row has not
     *     the fields of the topic's key
     */
    public void encode(Message message) {
        key.clear();
        value.clear();
        Datum written = message.value();
        hasValue = written != null;
        if (written != null) {
            values.encode(written, value);
        }
        hasKey = keys.encode(message, key);
        headers = MessageHeaders.of(message);
    }

    /** The key, if {@link #hasKey()}. */
    public EncodeBuffer key() {
        return key;
    }

    /** Whether the record has a key. */
    public boolean hasKey() {
        return hasKey;
    }

    /** The value, if {@link #hasValue()}. */
    public EncodeBuffer value() {
        return value;
    }

    /** Whether the record has a value; a delete has none. */
    public boolean hasValue() {
        return hasValue;
    }

    /** The headers. */
    public Headers headers() {
        return headers;
    }

    /**
     * The message in the record that a cursor stands at, with its origin. Its rows may point into the cursor's array.
     *
     * @param partition the partition that the cursor reads, as a sink knows it
     * @throws UndecodableException when key, value or headers are not what this codec writes
     */
    public Message decode(RecordCursor cursor, TopicPartition partition) {
        byte[] array = cursor.array();
        readHeaders.read(cursor.headers());
        Datum read = cursor.valueLength() < 0 ? null : values.decode(array, cursor.valueOffset(), cursor.valueLength());
        Operation operation = readHeaders.operation(read != null);
        return Message.fromLog(
                operation,
                decodeKey(cursor, read),
                read,
                readHeaders.own(),
                readHeaders.timeOr(appended(cursor.timestamp())),
                partition,
                cursor.offset());
    }

    private @Nullable Datum decodeKey(RecordCursor cursor, @Nullable Datum read) {
        return cursor.keyLength() < 0
                ? null
                : keys.decode(read, cursor.array(), cursor.keyOffset(), cursor.keyLength());
    }

    /** Records of one batch have one append time, and share its object. */
    private Instant appended(long millis) {
        if (millis != appendedMillis) {
            appended = Instant.ofEpochMilli(millis);
            appendedMillis = millis;
        }
        return appended;
    }
}
