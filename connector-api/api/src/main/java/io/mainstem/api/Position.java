package io.mainstem.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a split has been read, in the connector's own terms: names with values of JSON's kinds (text, long, double,
 * boolean, list, map). Small, so that one can be stored with every batch, and readable, so that a person can understand
 * and reset it. Immutable.
 */
public final class Position {

    private final Map<String, Object> values;

    private Position(Map<String, Object> values) {
        this.values = values;
    }

    /** A position with one value. */
    public static Position of(String name, Object value) {
        return new Position(Map.of(name, value)).checked();
    }

    /** A position with these values. */
    public static Position of(Map<String, ?> values) {
        return new Position(Map.copyOf(values)).checked();
    }

    /** The same with one value more, or another one. */
    public Position with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Position(Map.copyOf(more)).checked();
    }

    /** All values. */
    public Map<String, Object> values() {
        return values;
    }

    /** A value, or null. */
    public @Nullable Object get(String name) {
        return values.get(name);
    }

    /** A whole number. */
    public Optional<Long> longAt(String name) {
        return Optional.ofNullable(values.get(name)).map(value -> ((Number) value).longValue());
    }

    /** A text. */
    public Optional<String> textAt(String name) {
        return Optional.ofNullable(values.get(name)).map(Object::toString);
    }

    private Position checked() {
        values.values().forEach(Position::check);
        return this;
    }

    private static void check(Object value) {
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(Position::check);
        } else if (value instanceof List<?> list) {
            list.forEach(Position::check);
        } else if (!(value instanceof String
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Double
                || value instanceof Boolean)) {
            throw new IllegalArgumentException("a position holds text, numbers, booleans, lists and maps, not a "
                    + value.getClass().getName());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Position that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
