package io.mainstem.runtime.expression;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An expression that was checked against a scope, ready to be evaluated. One thread.
 *
 * <p>The rows that it is given have the schema of the scope. Of an open scope there is nothing to evaluate: it is for checks alone.
 */
public final class Expression {

    private final String source;
    private final Node node;
    private final Optional<Type> type;
    private final boolean usesValue;
    private final Input input;
    private final @Nullable FieldNode field;

    Expression(String source, Node node, Optional<Type> type, boolean usesValue, String stream) {
        this(source, node, null, type, usesValue, stream);
    }

    /** Of a field alone, which keeps its type and its value to the last digit. */
    Expression(String source, Node node, FieldNode field, boolean usesValue, String stream) {
        this(source, node, field, Optional.of(field.type()), usesValue, stream);
    }

    private Expression(
            String source,
            Node node,
            @Nullable FieldNode field,
            Optional<Type> type,
            boolean usesValue,
            String stream) {
        this.source = source;
        this.node = node;
        this.field = field;
        this.type = type;
        this.usesValue = usesValue;
        this.input = new Input(stream);
    }

    /** The type of its values; empty when that is only known for each value. */
    public Optional<Type> type() {
        return type;
    }

    /** Whether it looks at the value of a message, so that it has no meaning for a delete. */
    public boolean usesValue() {
        return usesValue;
    }

    /** Whether our own nodes evaluate it, and not the library. */
    boolean isCompiled() {
        return !(node instanceof LibraryNode);
    }

    /**
     * The truth of a message.
     *
     * @throws EvaluationException when it has none
     */
    public boolean test(Message message) {
        input.set(message);
        return node.bool(input);
    }

    /**
     * The value for a message, of the class that {@link Type.Kind} names for the type; null when it is null.
     *
     * @throws EvaluationException when it has none
     */
    public @Nullable Object value(Message message) {
        input.set(message);
        if (field != null) {
            return field.exact(input);
        }
        Object value = node.object(input);
        return value != null && type.isPresent() && type.get().kind() == Type.Kind.JSON ? json(value) : value;
    }

    /**
     * Sets a field of a row to the value for a message.
     *
     * @throws EvaluationException when it has none
     */
    public void set(Message message, Row.Builder row, int index) {
        input.set(message);
        if (field != null) {
            row.set(index, field.exact(input));
            return;
        }
        if (node.isNullable() || node.sort() == Sort.STRING || node.sort() == Sort.MOMENT || node.sort() == Sort.NULL) {
            row.set(index, value(message));
            return;
        }
        switch (node.sort()) {
            case BOOL -> row.setBoolean(index, node.bool(input));
            case INT -> row.setLong(index, node.integer(input));
            case DOUBLE -> row.setDouble(index, node.real(input));
            default -> row.set(index, value(message));
        }
    }

    /**
     * The value as text, as it stands in a template.
     *
     * @throws EvaluationException when it has none
     */
    public String text(Message message) {
        if (field != null && node.sort() != Sort.OTHER) {
            input.set(message);
            return field.exactText(input);
        }
        input.set(message);
        Object value = node.object(input);
        if (value == null) {
            throw new EvaluationException(source + " is null");
        }
        return value instanceof List<?> || value instanceof Map<?, ?> ? json(value) : value.toString();
    }

    private static String json(Object value) {
        try {
            return Json.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new EvaluationException("the value cannot be written as JSON: " + e.getOriginalMessage());
        }
    }

    @Override
    public String toString() {
        return source;
    }

    /** Loaded when a value is first written as JSON. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }
}
