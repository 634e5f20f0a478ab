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
 */
record Flow(String topic, StreamSchema schema, List<Message> rows) {

    Flow {
        rows = List.copyOf(rows);
    }
}
