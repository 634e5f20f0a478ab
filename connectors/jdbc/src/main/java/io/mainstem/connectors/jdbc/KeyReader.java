package io.mainstem.connectors.jdbc;

import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the columns of a key from a message's key: a row, one scalar, or the canonical text that keys have on the log, which
 * is the scalar's text, or a JSON array for several.
 */
final class KeyReader {

    private final Schema schema;
    private final Row.Builder builder;
    private final List<String> sources = new ArrayList<>();

    /**
     * Keys with these fields, named as columns.
     *
     * @param columns field to column, where the names differ
     */
    KeyReader(Schema schema, Map<String, String> columns) {
        this.schema = schema;
        this.builder = Row.builder(schema);
        for (Field field : schema.fields()) {
            sources.add(columns.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(field.name()))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(field.name()));
        }
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
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.field(i).name();
            int index =
                    Math.max(row.schema().indexOf(sources.get(i)), row.schema().indexOf(name));
            if (index < 0) {
                throw new BadValueException(name, "the message's key has no such field: " + row.schema());
            }
            set(i, row.at(index));
        }
        return builder.build();
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
            case UUID -> UUID.fromString(text);
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

    /** A value row with the columns that it lacks, from the key. */
    Row extend(Row value, Schema whole, @Nullable Datum key) throws BadValueException {
        Row keys = read(key);
        Row.Builder all = Row.builder(whole);
        int i = 0;
        for (; i < value.schema().size(); i++) {
            all.set(i, value.at(i));
        }
        for (Field field : whole.fields().subList(i, whole.size())) {
            all.set(i++, keys.at(field.name()));
        }
        return all.build();
    }
}
