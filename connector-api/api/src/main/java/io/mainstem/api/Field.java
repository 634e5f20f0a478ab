package io.mainstem.api;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A named and typed place in a {@link Schema}. Immutable. */
public final class Field {

    private final String name;
    private final Type type;
    private final boolean nullable;
    private final @Nullable Object defaultValue;
    private final String doc;

    private Field(String name, Type type, boolean nullable, @Nullable Object defaultValue, String doc) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a field needs a name");
        }
        this.name = name;
        this.type = Objects.requireNonNull(type, "type");
        this.nullable = nullable;
        this.defaultValue = defaultValue;
        this.doc = doc;
    }

    /** A field that always has a value. */
    public static Field required(String name, Type type) {
        return new Field(name, type, false, null, "");
    }

    /** A field that may be null. */
    public static Field nullable(String name, Type type) {
        return new Field(name, type, true, null, "");
    }

    /** The same under another name. */
    public Field withName(String newName) {
        return new Field(newName, type, nullable, defaultValue, doc);
    }

    /** The same with a value for records that were written before the field existed. */
    public Field withDefault(Object value) {
        if (!type.kind().javaType().isInstance(value)) {
            throw new IllegalArgumentException("the default of field '" + name + "' must be a "
                    + type.kind().javaType().getSimpleName());
        }
        return new Field(name, type, nullable, value, doc);
    }

    /** The same with a description. */
    public Field withDoc(String text) {
        return new Field(name, type, nullable, defaultValue, text);
    }

    /** Its name: any text but the empty one. */
    public String name() {
        return name;
    }

    /** Its type. */
    public Type type() {
        return type;
    }

    /** Whether it may be null. */
    public boolean isNullable() {
        return nullable;
    }

    /** The value for records without it, of the class that {@link Type.Kind} names. */
    public Optional<Object> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /** A description, or the empty text. */
    public String doc() {
        return doc;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Field that
                && name.equals(that.name)
                && type.equals(that.type)
                && nullable == that.nullable
                && Objects.deepEquals(defaultValue, that.defaultValue)
                && doc.equals(that.doc);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, type, nullable);
    }

    @Override
    public String toString() {
        return name + " " + type + (nullable ? "" : " not null");
    }
}
