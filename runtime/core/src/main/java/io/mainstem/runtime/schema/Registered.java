package io.mainstem.runtime.schema;

import io.mainstem.api.Schema;
import java.util.List;

/**
 * A schema that a topic has or had.
 *
 * @param id what stands in front of each record that was written with it; unique in the log
 * @param version 1 for the topic's first schema, and so on
 * @param topic the topic
 * @param schema the schema; always the same instance for the same id
 * @param keyFields the fields that the topic's keys are made of, in order
 */
public record Registered(int id, int version, String topic, Schema schema, List<String> keyFields) {

    /** Copies the list. */
    public Registered {
        keyFields = List.copyOf(keyFields);
    }
}
