package io.mainstem.connectors.http.client;

import java.util.Optional;

/** Where something stands in JSON, as an option says it. */
public final class JsonPlace {

    private JsonPlace() {}

    /** What is wrong with a JSON Pointer, if one is given and anything is. */
    public static Optional<String> problem(Optional<String> pointer) {
        return pointer.filter(text -> !text.isEmpty() && !text.startsWith("/"))
                .map(text -> "must be a JSON Pointer, which begins with a slash, such as '/" + text + "', not '" + text
                        + "'");
    }
}
