package io.mainstem.runtime.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON: numbers and decimals as numbers, dates and times as ISO-8601 text, bytes as base64, JSON fields as they
 * are. Equal values give equal text.
 */
final class JsonWriter {

    private static final byte[] NULL = ascii("null");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] LONG_MIN = ascii(Long.toString(Long.MIN_VALUE));
    private static final int LONG_BYTES_MAX = 20;
    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final JsonFactory JSON = new JsonFactory();

    private JsonWriter() {}

    static void writeRow(Row row, EncodeBuffer out) {
        Schema schema = row.schema();
        out.writeByte('{');
        for (int i = 0; i < schema.size(); i++) {
            if (i > 0) {
                out.writeByte(',');
            }
            writeString(schema.field(i).name(), out);
            out.writeByte(':');
            writeField(row, i, out);
        }
        out.writeByte('}');
    }

    static void writeField(Row row, int index, EncodeBuffer out) {
        if (row.isNull(index)) {
            out.write(NULL);
            return;
        }
        Field field = row.schema().field(index);
        switch (field.type().kind()) {
            case INT8, INT16, INT32, INT64 -> writeLong(row.longAt(index), out);
            case STRING -> writeText(row, index, out);
            default -> writeValue(field.type(), row.at(index), out);
        }
    }

    static void writeValue(Type type, @Nullable Object value, EncodeBuffer out) {
        if (value == null) {
            out.write(NULL);
            return;
        }
        switch (type.kind()) {
            case BOOLEAN -> out.write((boolean) value ? TRUE : FALSE);
            case INT8, INT16, INT32, INT64 -> writeLong(((Number) value).longValue(), out);
            case FLOAT32, FLOAT64 -> writeDouble((Number) value, out);
            case DECIMAL -> out.write(ascii(ScalarText.of(type, value)));
            case BYTES -> writeString(Base64.getEncoder().encodeToString((byte[]) value), out);
            case JSON -> out.write(Utf8.of(valid((String) value)));
            case ARRAY -> writeArray(type.element(), (List<?>) value, out);
            case MAP -> writeMap(type.element(), (Map<?, ?>) value, out);
            case STRUCT -> writeRow((Row) value, out);
            default -> writeString(ScalarText.of(type, value), out);
        }
    }

    private static void writeArray(Type element, List<?> values, EncodeBuffer out) {
        out.writeByte('[');
        boolean isFirst = true;
        for (Object value : values) {
            if (!isFirst) {
                out.writeByte(',');
            }
            isFirst = false;
            writeValue(element, value, out);
        }
        out.writeByte(']');
    }

    private static void writeMap(Type element, Map<?, ?> values, EncodeBuffer out) {
        out.writeByte('{');
        boolean isFirst = true;
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            if (!isFirst) {
                out.writeByte(',');
            }
            isFirst = false;
            writeString(String.valueOf(entry.getKey()), out);
            out.writeByte(':');
            writeValue(element, entry.getValue(), out);
        }
        out.writeByte('}');
    }

    private static void writeDouble(Number value, EncodeBuffer out) {
        if (Double.isFinite(value.doubleValue())) {
            out.write(ascii(value.toString()));
        } else {
            writeString(value.toString(), out);
        }
    }

    static void writeLong(long value, EncodeBuffer out) {
        if (value == Long.MIN_VALUE) {
            out.write(LONG_MIN);
            return;
        }
        byte[] array = out.reserve(LONG_BYTES_MAX);
        int at = out.length();
        long rest = Math.abs(value);
        int end = at + (value < 0 ? 1 : 0) + digits(rest);
        for (int i = end - 1; rest > 9; i--) {
            array[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        array[at + (value < 0 ? 1 : 0)] = (byte) ('0' + rest);
        if (value < 0) {
            array[at] = '-';
        }
        out.setLength(end);
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value; rest > 9; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /** Copies the text between quotes, and takes the copy back when something in it has to be escaped. */
    private static void writeText(Row row, int index, EncodeBuffer out) {
        int length = row.utf8Length(index);
        byte[] array = out.reserve(length + 2);
        int start = out.length();
        array[start] = '"';
        row.copyUtf8(index, array, start + 1);
        for (int i = start + 1; i <= start + length; i++) {
            if (isEscaped(array[i])) {
                writeString(row.stringAt(index), out);
                return;
            }
        }
        array[start + length + 1] = '"';
        out.setLength(start + length + 2);
    }

    private static boolean isEscaped(byte c) {
        return c >= 0 && c < ' ' || c == '"' || c == '\\';
    }

    static void writeString(String text, EncodeBuffer out) {
        out.writeByte('"');
        for (byte c : Utf8.of(text)) {
            if (isEscaped(c)) {
                writeEscaped(c, out);
            } else {
                out.writeByte(c);
            }
        }
        out.writeByte('"');
    }

    private static void writeEscaped(byte c, EncodeBuffer out) {
        out.writeByte('\\');
        switch (c) {
            case '"', '\\' -> out.writeByte(c);
            case '\n' -> out.writeByte('n');
            case '\r' -> out.writeByte('r');
            case '\t' -> out.writeByte('t');
            default -> {
                out.write(ascii("u00"));
                out.writeByte(HEX[c >> 4]);
                out.writeByte(HEX[c & 0xf]);
            }
        }
    }

    private static String valid(String json) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new UnencodableException("an empty text is not JSON");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new UnencodableException("text follows the JSON value: " + json);
            }
            return json;
        } catch (IOException e) {
            throw new UnencodableException("a JSON field is not JSON: " + e.getMessage(), e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
