package io.mainstem.runtime.codec;

import io.mainstem.api.Datum;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import java.util.List;

/**
 * Writes and reads the keys of records. A key has no schema in front, so that a new version of a row's schema never moves
 * a key to another partition: one field is its canonical text in UTF-8, several are a canonical JSON array.
 *
 * <p>One thread at a time.
 */
public final class KeyCodec {

    private KeyCodec() {}

    /**
     * The codec for keys made of fields of a row.
     *
     * @param keyFields names of fields, in the order in which they make up the key; none means records without keys
     * @throws IllegalArgumentException when the schema has no such field, or it cannot be (part of) a key
     */
    public static KeyCodec of(Schema valueSchema, List<String> keyFields) {
        throw new UnsupportedOperationException(valueSchema.toString() + keyFields);
    }

    /** The key's fields: what {@link #decode} gives rows of. */
    public Schema schema() {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends the key of a row.
     *
     * @return false, and nothing appended, when there are no key fields
     * @throws UnencodableException when a key field is null; the message names it
     */
    public boolean encode(Row value, EncodeBuffer out) {
        throw new UnsupportedOperationException(value.toString() + out);
    }

    /**
     * Appends a key that a connector gave: a scalar as its text, a row as its fields in order.
     *
     * @throws UnencodableException when a field is null
     */
    public static void encodeGiven(Datum key, EncodeBuffer out) {
        throw new UnsupportedOperationException(key.toString() + out);
    }

    /**
     * Reads a key into a row of exactly the key fields. It may point into the array.
     *
     * @throws UndecodableException when the bytes are not such a key
     */
    public Row decode(byte[] array, int offset, int length) {
        throw new UnsupportedOperationException(array.length + " " + offset + length);
    }
}
