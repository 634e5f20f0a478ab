package io.mainstem.connectors.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of every type as JSON, without loss: decimals are numbers with all their digits, times are ISO 8601. */
final class JsonValues {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonValues() {}

    static void writeRow(JsonGenerator json, Row row) throws IOException {
        json.writeStartObject();
        writeFields(json, row);
        json.writeEndObject();
    }

    static void writeFields(JsonGenerator json, Row row) throws IOException {
        List<Field> fields = row.schema().fields();
        for (int i = 0; i < fields.size(); i++) {
            json.writeFieldName(fields.get(i).name());
            if (row.isNull(i)) {
                json.writeNull();
            } else {
                writeField(json, row, i, fields.get(i).type());
            }
        }
    }

    private static void writeField(JsonGenerator json, Row row, int index, Type type) throws IOException {
        switch (type.kind()) {
            case BOOLEAN -> json.writeBoolean(row.booleanAt(index));
            case INT8, INT16, INT32, INT64 -> json.writeNumber(row.longAt(index));
            case STRING -> json.writeString(row.stringAt(index));
            default -> write(json, type, row.at(index));
        }
    }

    /** Writes a value of the class that the type names. */
    static void write(JsonGenerator json, Type type, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
            return;
        }
        switch (type.kind()) {
            case BOOLEAN -> json.writeBoolean((Boolean) value);
            case INT8, INT16, INT32, INT64 -> json.writeNumber(((Number) value).longValue());
            case FLOAT32 -> json.writeNumber((Float) value);
            case FLOAT64 -> json.writeNumber((Double) value);
            case DECIMAL -> json.writeNumber(plain((BigDecimal) value));
            case ARRAY -> writeArray(json, type.element(), (List<?>) value);
            case MAP -> writeMap(json, type.element(), (Map<?, ?>) value);
            case STRUCT -> writeRow(json, (Row) value);
            case JSON -> writeJson(json, (String) value);
            default -> json.writeString(text(value));
        }
    }

    /** With all its digits, unless they are zeros without end. */
    private static String plain(BigDecimal value) {
        return Math.abs((long) value.scale()) > 1000 ? value.toString() : value.toPlainString();
    }

    /** A value that is no number, truth or structure, as text. */
    static String text(Object value) {
        if (value instanceof LocalDateTime time) {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
        }
        if (value instanceof LocalTime time) {
            return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
        }
        if (value instanceof BigDecimal decimal) {
            return plain(decimal);
        }
        return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value.toString();
    }

    private static void writeArray(JsonGenerator json, Type element, List<?> values) throws IOException {
        json.writeStartArray();
        for (Object value : values) {
            write(json, element, value);
        }
        json.writeEndArray();
    }

    private static void writeMap(JsonGenerator json, Type element, Map<?, ?> values) throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            json.writeFieldName(entry.getKey().toString());
            write(json, element, entry.getValue());
        }
        json.writeEndObject();
    }

    /** The structure, not the text: that may contain line ends. */
    private static void writeJson(JsonGenerator json, String text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("an empty text is no JSON");
            }
            json.copyCurrentStructureExact(parser);
        } catch (com.fasterxml.jackson.core.JsonParseException e) {
            throw new IllegalArgumentException("'" + text + "' is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
