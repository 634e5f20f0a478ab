package io.mainstem.runtime.pipeline;

/** How values are written on a topic; in YAML {@code codec}, lower case. */
public enum CodecKind {
    /** Avro behind a schema id: every type keeps its type. The default. */
    AVRO,
    /** JSON, for readers that know nothing of Mainstem. */
    JSON,
    /** Text in UTF-8. */
    TEXT,
    /** Bytes as they come. */
    BYTES
}
