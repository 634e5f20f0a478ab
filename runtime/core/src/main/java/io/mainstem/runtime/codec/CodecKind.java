package io.mainstem.runtime.codec;

/** How the values of a topic are written; a topic's {@code codec} setting. */
public enum CodecKind {
    /** Avro binary behind the id of its schema, as Confluent's clients frame it. The default. */
    AVRO,
    /** One JSON object for each row. */
    JSON,
    /** Text in UTF-8 without a schema. */
    TEXT,
    /** Bytes as they came, without a schema. */
    BYTES
}
