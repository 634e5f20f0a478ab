package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A record with two members of one name, of which nobody knows which is meant; the last of them is kept. It cannot be a row. */
@SuppressWarnings("unchecked") // the library narrows the result of deepCopy
final class AmbiguousRecord extends ObjectNode {
    private static final long serialVersionUID = 1L;

    private final String problem;

    /**
     * As it was read.
     *
     * @param problem which member it is, and where
     */
    AmbiguousRecord(ObjectNode record, String problem) {
        super(JsonNodeFactory.instance);
        setAll(record);
        this.problem = problem;
    }

    /** Which member it is, and where. */
    String problem() {
        return problem;
    }
}
