package io.mainstem.connectors.jdbc;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as text: one by one, and nested ones as JSON. */
final class CanonicalText {

    private CanonicalText() {}

    /** A scalar value's text: ISO 8601 for dates and times, plain digits for numbers. */
    static @Nullable String of(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    /** A nested value as JSON: numbers stay numbers, bytes are Base64, other scalars are texts. */
    static String json(Object value) {
        StringBuilder out = new StringBuilder();
        append(out, value);
        return out.toString();
    }

    private static void append(StringBuilder out, @Nullable Object value) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof List<?> list) {
            appendList(out, list);
        } else if (value instanceof Map<?, ?> map) {
            appendMap(out, map);
        } else if (value instanceof Row row) {
            appendRow(out, row);
        } else if (value instanceof BigDecimal decimal) {
            out.append(decimal.toPlainString());
        } else if (value instanceof Number number) {
            appendNumber(out, number);
        } else if (value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof byte[] bytes) {
            appendText(out, Base64.getEncoder().encodeToString(bytes));
        } else {
            appendText(out, value.toString());
        }
    }

    private static void appendNumber(StringBuilder out, Number number) {
        double approximate = number.doubleValue();
        if (number instanceof Long || Double.isFinite(approximate)) {
            out.append(number);
        } else {
            appendText(out, number.toString());
        }
    }

    private static void appendList(StringBuilder out, List<?> list) {
        String separator = "[";
        for (Object element : list) {
            out.append(separator);
            append(out, element);
            separator = ",";
        }
        out.append(list.isEmpty() ? "[]" : "]");
    }

    private static void appendMap(StringBuilder out, Map<?, ?> map) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            appendText(out, String.valueOf(entry.getKey()));
            out.append(':');
            append(out, entry.getValue());
            separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private static void appendRow(StringBuilder out, Row row) {
        List<Field> fields = row.schema().fields();
        out.append('{');
        for (int i = 0; i < fields.size(); i++) {
            out.append(i == 0 ? "" : ",");
            appendText(out, fields.get(i).name());
            out.append(':');
            append(out, row.at(i));
        }
        out.append('}');
    }

    private static void appendText(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
