package io.mainstem.runtime.schema;

import io.mainstem.api.Schema;
import io.mainstem.log.Log;
import java.util.List;
import java.util.Optional;

/**
 * The schemas of all topics, kept in the log's topic {@value #TOPIC}. Thread-safe.
 *
 * <p>A schema's id is the offset of the first valid proposal of it: whoever proposes reads back to the own proposal, and
 * the first in the log's order wins. An id is durable before {@link #register} returns, hence before any record has it.
 */
public final class Schemas implements AutoCloseable {

    /** The internal topic: one partition, never compacted. */
    public static final String TOPIC = "__mainstem.schemas";

    private Schemas() {}

    /** Opens the schemas of a log; makes the topic if there is none, and reads it. */
    public static Schemas open(Log log) {
        throw new UnsupportedOperationException(log.toString());
    }

    /**
     * The id of a topic's schema; proposes it when the topic does not have it yet, if it is {@link
     * Compatibility#BACKWARD} compatible with the latest.
     *
     * @throws IncompatibleSchemaException when it is not; the message says what differs and what to do
     */
    public int register(String topic, Schema schema, List<String> keyFields) {
        return register(topic, schema, keyFields, Compatibility.BACKWARD);
    }

    /** As {@link #register(String, Schema, List)}, by another rule. */
    public int register(String topic, Schema schema, List<String> keyFields, Compatibility rule) {
        throw new UnsupportedOperationException(topic + schema + keyFields + rule);
    }

    /**
     * The schema of an id. One that is not known yet is looked for up to the end of the topic.
     *
     * @throws SchemaException when there is none
     */
    public Registered get(int id) {
        throw new UnsupportedOperationException(id + "");
    }

    /** The latest schema of a topic, if it has one. */
    public Optional<Registered> latest(String topic) {
        throw new UnsupportedOperationException(topic);
    }

    /** Leaves the log open. */
    @Override
    public void close() {}
}
