package io.mainstem.api;

import java.util.List;
import java.util.Objects;

/**
 * A stream of messages that a source offers: its name, the fields of its rows and those that name a row. The runtime
 * keeps it and gives it back at every later start, so that types that were inferred from a sample stay as they were; a
 * source that declares the stream otherwise changes it. Immutable.
 */
public final class StreamSchema {

    private final String name;
    private final Schema schema;
    private final List<String> key;

    private StreamSchema(String name, Schema schema, List<String> key) {
        this.name = name;
        this.schema = schema;
        this.key = List.copyOf(key);
        for (String field : key) {
            if (schema.indexOf(field) < 0) {
                throw new IllegalArgumentException(
                        "the key field '" + field + "' of stream '" + name + "' is not in " + schema);
            }
        }
    }

    /**
     * A stream.
     *
     * @param name its name, unique in its source: the name of the table, or of the source when it has only one
     * @param schema the fields of its rows
     * @param key the fields that together name a row, none when rows have no name
     */
    public static StreamSchema of(String name, Schema schema, List<String> key) {
        return new StreamSchema(name, schema, key);
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** The fields. */
    public Schema schema() {
        return schema;
    }

    /** The names of the key fields, in order. */
    public List<String> key() {
        return key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamSchema that
                && name.equals(that.name)
                && schema.equals(that.schema)
                && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, schema, key);
    }

    @Override
    public String toString() {
        return name + schema + (key.isEmpty() ? "" : " key " + key);
    }
}
