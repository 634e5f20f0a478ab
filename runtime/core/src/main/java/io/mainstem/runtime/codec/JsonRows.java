package io.mainstem.runtime.codec;

import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;

/** Messages and rows as JSON for people: what the command line shows and takes, and what dead letters carry. */
public final class JsonRows {

    private JsonRows() {}

    /** A key or a value as JSON in one line. */
    public static String toJson(Datum datum) {
        throw new UnsupportedOperationException(datum.toString());
    }

    /** A message as a JSON object in one line: operation, key, value, headers, timestamp, topic, partition and offset. */
    public static String toJson(Message message) {
        throw new UnsupportedOperationException(message.toString());
    }

    /**
     * A row of a schema from a JSON object. Fields that are not given get their default, or null.
     *
     * @throws UndecodableException when the text is no object, or a field does not fit the schema or is not in it
     */
    public static Row toRow(String json, Schema schema) {
        throw new UnsupportedOperationException(json + schema);
    }

    /**
     * A row from a JSON object, whose schema is inferred from its values.
     *
     * @param name the schema's name
     * @throws UndecodableException when the text is no object
     */
    public static Row toRow(String json, String name) {
        throw new UnsupportedOperationException(json + name);
    }
}
