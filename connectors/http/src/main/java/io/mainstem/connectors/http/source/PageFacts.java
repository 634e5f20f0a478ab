package io.mainstem.connectors.http.source;

import java.util.Map;
import java.util.Optional;

/**
 * What a page that was read to its end says about the next one.
 *
 * @param page which it is, for a message
 * @param records how many records it has
 * @param last the value of the last record's keyset field
 * @param link the target of its {@code Link} header
 * @param header the value of the header that has the cursor
 * @param values what stands in its body, by JSON Pointer; the empty text for null
 */
record PageFacts(
        String page,
        long records,
        Optional<String> last,
        Optional<String> link,
        Optional<String> header,
        Map<String, String> values) {

    Optional<String> at(String pointer) {
        return Optional.ofNullable(values.get(pointer)).filter(text -> !text.isEmpty());
    }
}
