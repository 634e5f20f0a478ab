package io.mainstem.connectors.jdbc;

import io.mainstem.api.Datum;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.UuidText;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the columns of a key from a message's key: a row, one scalar, or the canonical text that keys have on the log, which
 * is the scalar's text, or a JSON array for several.
 */
final class KeyReader {

    private final Schema schema;
    private final Row.Builder builder;
    private final Naming naming;
    private @Nullable Schema rowSchema;
    private int[] places = new int[0];

    /** Keys with these fields, named as columns. */
    KeyReader(Schema schema, Naming naming) {
        this.schema = schema;
        this.builder = Row.builder(schema);
        this.naming = naming;
    }

    /** The key of a message as a row. */
    Row read(@Nullable Datum key) throws BadValueException {
        if (key == null) {
            throw new BadValueException(
                    BadValueException.NULL, schema.field(0).name(), "the message has no key to take it from");
        }
        try {
            if (key instanceof Row row) {
                return fromRow(row);
            }
            Scalar scalar = (Scalar) key;
            return schema.size() == 1
                    ? fromValues(List.of(scalar.value()))
                    : fromValues(JsonArray.parse(scalar.text()));
        } catch (IllegalArgumentException | DateTimeException e) {
            builder.reset();
            throw new BadValueException(schema.field(0).name(), "the message's key does not fit: " + e.getMessage());
        }
    }

    private Row fromRow(Row row) throws BadValueException {
        Schema known = rowSchema;
        if (known == null || !row.schema().equals(known)) {
            places = places(row.schema());
            rowSchema = row.schema();
        }
        for (int i = 0; i < schema.size(); i++) {
            if (places[i] < 0) {
                throw new BadValueException(
                        schema.field(i).name(), "the message's key has no such field: " + row.schema());
            }
            set(i, row.at(places[i]));
        }
        return builder.build();
    }

    /** For each column, the field that is named so, or that is named after it. */
    private int[] places(Schema key) {
        int[] found = new int[schema.size()];
        for (int i = 0; i < found.length; i++) {
            String column = schema.field(i).name();
            found[i] = key.indexOf(column);
            for (int field = 0; field < key.size(); field++) {
                if (naming.column(key.field(field).name()).equals(column)) {
                    found[i] = field;
                }
            }
        }
        return found;
    }

    private Row fromValues(List<?> values) {
        if (values.size() != schema.size()) {
            throw new IllegalArgumentException(values.size() + " values for the columns " + schema);
        }
        for (int i = 0; i < values.size(); i++) {
            set(i, values.get(i));
        }
        return builder.build();
    }

    private void set(int index, @Nullable Object value) {
        Type type = schema.field(index).type();
        if (value == null || type.kind().javaType().isInstance(value)) {
            builder.set(index, value);
            return;
        }
        String text = value instanceof BigDecimal decimal
                ? decimal.toPlainString()
                : value instanceof byte[] bytes ? Scalar.bytes(bytes).text() : value.toString();
        builder.set(index, parse(type, text));
    }

    private static Object parse(Type type, String text) {
        return switch (type.kind()) {
            case BOOLEAN -> truth(text);
            case INT8, INT16, INT32, INT64 -> Long.valueOf(text);
            case FLOAT32, FLOAT64 -> Double.valueOf(text);
            case DECIMAL -> new BigDecimal(text);
            case STRING, JSON -> text;
            case DATE -> LocalDate.parse(text);
            case TIME -> LocalTime.parse(text);
            case TIMESTAMP -> LocalDateTime.parse(text);
            case TIMESTAMPTZ -> Instant.parse(text);
            case UUID -> UuidText.parse(text);
            case BYTES, ARRAY, MAP, STRUCT ->
                throw new IllegalArgumentException("a key of type " + type + " cannot be read from '" + text + "'");
        };
    }

    private static boolean truth(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        }
        return text.equals("true");
    }
}
