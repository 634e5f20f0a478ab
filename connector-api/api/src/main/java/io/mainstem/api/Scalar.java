package io.mainstem.api;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** A key or a value that is one thing without fields. Immutable; do not change the array that {@link #value()} gives. */
public final class Scalar implements Datum {

    private final Type type;
    private final Object value;

    private Scalar(Type type, Object value) {
        this.type = type;
        this.value = value;
    }

    /**
     * A value of a type, as the class that {@link Type.Kind} names for it.
     *
     * @throws IllegalArgumentException when the class is another
     */
    public static Scalar of(Type type, Object value) {
        if (!type.kind().javaType().isInstance(value)) {
            throw new IllegalArgumentException("a value of type " + type + " is a "
                    + type.kind().javaType().getSimpleName() + ", not a "
                    + value.getClass().getSimpleName());
        }
        return new Scalar(type, value);
    }

    /** Text. */
    public static Scalar text(String value) {
        return new Scalar(Type.STRING, value);
    }

    /** Bytes; the array belongs to the scalar from here on. */
    public static Scalar bytes(byte[] value) {
        return new Scalar(Type.BYTES, value);
    }

    /** A 64-bit integer. */
    public static Scalar int64(long value) {
        return new Scalar(Type.INT64, value);
    }

    @Override
    public Type type() {
        return type;
    }

    /** The value, of the class that {@link Type.Kind} names. */
    public Object value() {
        return value;
    }

    /** The canonical text: what a record's key looks like on the log. Bytes are taken for UTF-8. */
    public String text() {
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scalar that && type.equals(that.type) && Objects.deepEquals(value, that.value);
    }

    @Override
    public int hashCode() {
        return value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
