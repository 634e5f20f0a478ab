package io.mainstem.runtime.codec;

import io.mainstem.runtime.schema.Schemas;
import java.util.List;

/** Makes the codecs of topics. */
public final class Codecs {

    private Codecs() {}

    /**
     * A codec for the values of a topic, for one thread.
     *
     * @param keyFields the fields that the topic's keys are made of, which are kept beside each schema
     */
    public static ValueCodec value(CodecKind kind, String topic, List<String> keyFields, Schemas schemas) {
        return switch (kind) {
            case AVRO -> new AvroCodec(topic, keyFields, schemas);
            case JSON -> new JsonCodec(topic, keyFields, schemas);
            case TEXT -> PlainCodec.text(topic);
            case BYTES -> PlainCodec.bytes(topic);
        };
    }
}
