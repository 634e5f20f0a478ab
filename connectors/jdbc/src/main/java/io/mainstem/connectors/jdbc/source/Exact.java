package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;

/** Turns values into another type when nothing of them is lost. */
final class Exact {

    private Exact() {}

    /** Whether values of one type can become those of another, be it that single ones do not. */
    static boolean canBecome(Type from, Type to) {
        return from.equals(to) || to.kind() == Type.Kind.STRING || isNumber(from) && isNumber(to);
    }

    private static boolean isNumber(Type type) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, DECIMAL -> true;
            default -> false;
        };
    }

    /** The value as an object for a field of that type. */
    static Object convert(Object value, Type to) throws UnreadableValueException {
        return switch (to.kind()) {
            case STRING, JSON -> value instanceof String ? value : text(value);
            case INT8, INT16, INT32, INT64 -> wholeNumber(value, to);
            case DECIMAL -> decimal(value, to);
            case FLOAT32, FLOAT64 -> number(value, to);
            case BOOLEAN -> truth(value);
            default -> same(value, to);
        };
    }

    private static Object wholeNumber(Object value, Type to) throws UnreadableValueException {
        if (value instanceof BigDecimal decimal) {
            try {
                return decimal.longValueExact();
            } catch (ArithmeticException e) {
                throw unfit(value, to);
            }
        }
        if (value instanceof Boolean bool) {
            return bool ? 1L : 0L;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        throw unfit(value, to);
    }

    private static Object decimal(Object value, Type to) throws UnreadableValueException {
        if (value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return BigDecimal.valueOf(((Number) value).longValue());
        }
        throw unfit(value, to);
    }

    private static Object number(Object value, Type to) throws UnreadableValueException {
        if (value instanceof Double || value instanceof Float) {
            return to.kind() == Type.Kind.FLOAT32
                    ? (Object) ((Number) value).floatValue()
                    : ((Number) value).doubleValue();
        }
        if (value instanceof Number whole && (long) whole.doubleValue() == whole.longValue()) {
            return whole.doubleValue();
        }
        throw unfit(value, to);
    }

    private static Object truth(Object value) throws UnreadableValueException {
        if (value instanceof Boolean) {
            return value;
        }
        if (value instanceof Number number && (number.longValue() == 0 || number.longValue() == 1)) {
            return number.longValue() == 1;
        }
        throw unfit(value, Type.BOOLEAN);
    }

    private static Object same(Object value, Type to) throws UnreadableValueException {
        if (!to.kind().javaType().isInstance(value)) {
            throw unfit(value, to);
        }
        return value;
    }

    /** The text of a value as positions and messages have it. */
    static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    private static UnreadableValueException unfit(Object value, Type to) {
        return new UnreadableValueException(shown(text(value)) + " is no " + to);
    }

    /** A value for a message, cut when it is long. */
    static String shown(String text) {
        return text.length() <= 60 ? "'" + text + "'" : "'" + text.substring(0, 60) + "...'";
    }

    /** Elements converted one by one. */
    static List<Object> list(List<Object> values, Type element) throws UnreadableValueException {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) != null) {
                values.set(i, convert(values.get(i), element));
            }
        }
        return values;
    }
}
