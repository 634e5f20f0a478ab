package io.mainstem.runtime.worker;

import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.schema.IncompatibleSchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.util.List;

/**
 * That a topic does not take what a stream has become.
 *
 * @param stream the stream, as it was when it was refused
 * @param topic the topic
 * @param schema the schema that it refused
 * @param keyFields the fields of its key
 * @param exception the words for it
 */
record StreamRefusal(
        StreamSchema stream,
        String topic,
        Schema schema,
        List<String> keyFields,
        IncompatibleSchemaException exception) {

    /** Whether the topic still does not take it. */
    boolean holds(Schemas schemas) {
        return schemas.find(topic, schema, keyFields).isEmpty()
                && !schemas.problems(topic, schema, keyFields).isEmpty();
    }
}
