package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Row;

/** Reads values of one type out of PostgreSQL's binary form. */
interface FieldDecoder {

    /** The value as an object of the class that its type names. */
    Object value(byte[] bytes, int offset, int length) throws UnreadableValueException;

    /** Sets a field; without an object where that can be. */
    default void into(Row.Builder row, int field, byte[] bytes, int offset, int length)
            throws UnreadableValueException {
        row.set(field, value(bytes, offset, length));
    }
}
