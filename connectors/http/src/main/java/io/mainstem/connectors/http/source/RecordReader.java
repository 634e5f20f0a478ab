package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the records out of an answer, one after the other, without holding more than one in memory. One thread. */
interface RecordReader {

    /** The next record, or null at the end. */
    @Nullable
    JsonNode next() throws IOException;

    /** How many bytes of the answer have been read, about. */
    long bytes();

    /** What stood at the places that were asked for, once the end is reached; null is the empty text. */
    default Map<String, String> values() {
        return Map.of();
    }

    /** Of the places that were asked for, those at which an object or an array stands that is not empty. */
    default Set<String> structures() {
        return Set.of();
    }

    /** What the answer has at its top, for a message that says that nothing stood where records should be. */
    default Set<String> names() {
        return Set.of();
    }

    /** Whether something stood where the records should be, were it empty. */
    boolean isFound();
}
