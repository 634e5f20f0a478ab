package io.mainstem.runtime.codec;

import io.mainstem.api.Message;
import io.mainstem.api.TopicPartition;
import io.mainstem.log.Headers;
import io.mainstem.log.RecordCursor;
import io.mainstem.runtime.schema.Schemas;
import java.util.List;

/** The step between a {@link Message} and a record of a topic. One thread at a time. */
public final class MessageCodec {

    /** The header that names the operation; absent for a create. */
    public static final String OPERATION_HEADER = "mainstem.op";
    /** The header with the time at which it happened, if the source knew. */
    public static final String TIME_HEADER = "mainstem.time";

    private MessageCodec() {}

    /**
     * The codec of a topic.
     *
     * @param keyFields the fields of a row that make up its key, in order; none to take the connector's keys
     */
    public static MessageCodec of(String topic, CodecKind kind, List<String> keyFields, Schemas schemas) {
        throw new UnsupportedOperationException(topic + kind + keyFields + schemas);
    }

    /**
     * Encodes a message; what it made is read from the other methods, until the next call.
     *
     * @throws CodecException when this message cannot be written
     * @throws io.mainstem.runtime.schema.IncompatibleSchemaException when the topic does not take the row's schema
     */
    public void encode(Message message) {
        throw new UnsupportedOperationException(message.toString());
    }

    /** The key, if {@link #hasKey()}. */
    public EncodeBuffer key() {
        throw new UnsupportedOperationException();
    }

    /** Whether the record has a key. */
    public boolean hasKey() {
        throw new UnsupportedOperationException();
    }

    /** The value, if {@link #hasValue()}. */
    public EncodeBuffer value() {
        throw new UnsupportedOperationException();
    }

    /** Whether the record has a value; a delete has none. */
    public boolean hasValue() {
        throw new UnsupportedOperationException();
    }

    /** The headers. */
    public Headers headers() {
        throw new UnsupportedOperationException();
    }

    /**
     * The message in the record that a cursor stands at, with its origin.
     *
     * @param partition the partition that the cursor reads, as a sink knows it
     * @throws UndecodableException when key, value or headers are not what this codec writes
     */
    public Message decode(RecordCursor cursor, TopicPartition partition) {
        throw new UnsupportedOperationException(cursor.toString() + partition);
    }
}
