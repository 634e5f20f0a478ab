package io.mainstem.runtime.plan;

import io.mainstem.api.Message;
import io.mainstem.api.StreamSchema;
import java.util.List;

/**
 * What a source puts into a topic.
 *
 * @param topic the topic
 * @param schema the fields of its rows, and the key that its stream has
 * @param rows the first of them
 * @param isAll whether there are no more now
 */
record Flow(String topic, StreamSchema schema, List<Message> rows, boolean isAll) {

    Flow {
        rows = List.copyOf(rows);
    }

    /** Whether something comes into the topic now. */
    boolean comes() {
        return !rows.isEmpty() || !isAll;
    }
}
