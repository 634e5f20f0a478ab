package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a value that a test expects is held against what came: by the type of the field, so that the text {@code "01"} is not the number
 * 1. A decimal may be expected as text, too, with all its digits. Immutable.
 *
 * @param type the type of the field; empty for what has none, of which the text counts
 */
record Expectation(Optional<Type> type) {

    /** Of a field of a message, or of what a test calls by a name with a dollar sign. */
    static Expectation of(Message message, String name) {
        return new Expectation(
                name.equals("$key") && message.key() instanceof Row key
                        ? Optional.of(Type.struct(key.schema()))
                        : typeOf(message.value(), name));
    }

    private static Optional<Type> typeOf(@Nullable Datum value, String name) {
        return value instanceof Row row ? typeOf(row.schema(), name) : Optional.empty();
    }

    private static Optional<Type> typeOf(Schema schema, String name) {
        int index = schema.indexOf(name);
        return index < 0 ? Optional.empty() : Optional.of(schema.field(index).type());
    }

    /** Whether what came is as it should be; null is that there is no such field. */
    boolean isMet(@Nullable JsonNode wanted, @Nullable JsonNode got) {
        if (wanted == null || got == null) {
            return wanted == null && got == null;
        }
        if (wanted.isObject() && got.isObject() && wanted.size() == got.size()) {
            return wanted.properties().stream()
                    .allMatch(field -> inside(field.getKey()).isMet(field.getValue(), got.get(field.getKey())));
        }
        if (wanted.isArray() && got.isArray() && wanted.size() == got.size()) {
            Expectation element = inside("");
            return IntStream.range(0, got.size()).allMatch(i -> element.isMet(wanted.get(i), got.get(i)));
        }
        return isSame(wanted, got);
    }

    private Expectation inside(String name) {
        return new Expectation(type.flatMap(outer -> switch (outer.kind()) {
            case STRUCT -> typeOf(outer.schema(), name);
            case ARRAY, MAP -> Optional.of(outer.element());
            default -> Optional.of(outer);
        }));
    }

    private boolean isSame(JsonNode wanted, JsonNode got) {
        if (type.isEmpty()) {
            return wanted.isValueNode() && got.isValueNode() && wanted.asText().equals(got.asText());
        }
        boolean isText = type.get().kind() == Type.Kind.DECIMAL;
        Optional<BigDecimal> left = number(wanted, isText);
        Optional<BigDecimal> right = number(got, isText);
        return left.isPresent() && right.isPresent()
                ? left.get().compareTo(right.get()) == 0
                : left.isEmpty() && right.isEmpty() && wanted.equals(got);
    }

    private static Optional<BigDecimal> number(JsonNode node, boolean isText) {
        try {
            return node.isNumber() || isText && node.isTextual()
                    ? Optional.of(new BigDecimal(node.asText()))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What is otherwise, in words; with the types where they are the reason. */
    String difference(@Nullable JsonNode wanted, @Nullable JsonNode got) {
        boolean areOtherTypes =
                wanted != null && got != null && (isNumberForText(wanted, got) || isNumberForText(got, wanted));
        return areOtherTypes && type.isPresent()
                ? "expected " + typed(wanted) + ", and got " + typed(got) + ": the field is a " + type.get()
                : "expected " + shown(wanted) + ", and got " + shown(got);
    }

    private static boolean isNumberForText(JsonNode one, JsonNode other) {
        return one.isNumber() && other.isTextual();
    }

    private static String typed(@Nullable JsonNode value) {
        return (value != null && value.isNumber() ? "the number " : "the text ") + value;
    }

    private static String shown(@Nullable JsonNode value) {
        return value == null ? "no such field" : value.toString();
    }
}
