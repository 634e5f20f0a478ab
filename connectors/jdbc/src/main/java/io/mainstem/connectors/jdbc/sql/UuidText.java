package io.mainstem.connectors.jdbc.sql;

import java.util.UUID;

/** Reads UUIDs from text; strictly, for {@link UUID#fromString} takes {@code 1-2-3-4-5} too. */
public final class UuidText {

    private UuidText() {}

    /**
     * The UUID of a text of 36 characters, in upper or lower case.
     *
     * @throws IllegalArgumentException when it is written in another way
     */
    public static UUID parse(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("'" + text + "' is not a UUID of 36 characters");
        }
        return uuid;
    }
}
