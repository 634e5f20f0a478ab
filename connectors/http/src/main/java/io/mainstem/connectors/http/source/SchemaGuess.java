package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the fields of a stream out from records of its first page. */
final class SchemaGuess {

    private static final int LONG_DIGITS = 18;
    private static final Pattern MOMENT = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    private final Map<String, Optional<Type>> types = new LinkedHashMap<>();

    /** Looks at one record more. */
    void see(JsonNode record) {
        if (record instanceof ObjectNode object) {
            object.properties().forEach(entry -> see(entry.getKey(), entry.getValue()));
        } else {
            see("value", record);
        }
    }

    private void see(String name, JsonNode value) {
        Optional<Type> before = types.getOrDefault(name, Optional.empty());
        Optional<Type> now = value.isNull() ? Optional.empty() : Optional.of(type(value));
        types.put(
                name,
                before.isPresent() && now.isPresent()
                        ? Optional.of(both(before.get(), now.get()))
                        : before.or(() -> now));
    }

    private static Type type(JsonNode value) {
        if (value.isBoolean()) {
            return Type.BOOLEAN;
        }
        if (value.isIntegralNumber()) {
            return value.decimalValue().precision() <= LONG_DIGITS ? Type.INT64 : Type.DECIMAL;
        }
        if (value.isNumber()) {
            return Type.DECIMAL;
        }
        return value.isTextual() ? text(value.textValue()) : Type.JSON;
    }

    private static Type text(String text) {
        if (text.length() > 40 || Moments.parse(text).isEmpty()) {
            return Type.STRING;
        }
        if (MOMENT.matcher(text).matches()) {
            return Type.TIMESTAMPTZ;
        }
        return DATE.matcher(text).matches() ? Type.DATE : Type.STRING;
    }

    private static Type both(Type a, Type b) {
        if (a.equals(b)) {
            return a;
        }
        boolean numbers = isNumber(a) && isNumber(b);
        boolean texts = isText(a) && isText(b);
        return numbers ? Type.DECIMAL : texts ? Type.STRING : Type.JSON;
    }

    private static boolean isNumber(Type type) {
        return type.equals(Type.INT64) || type.equals(Type.DECIMAL);
    }

    private static boolean isText(Type type) {
        return type.equals(Type.STRING) || type.equals(Type.TIMESTAMPTZ) || type.equals(Type.DATE);
    }

    boolean isEmpty() {
        return types.isEmpty();
    }

    /** The fields, each nullable: the next page may lack any. One that was always null is JSON, which takes everything. */
    Schema schema(String stream, List<Field> added) {
        List<Field> fields = new ArrayList<>();
        types.forEach((name, type) -> fields.add(Field.nullable(name, type.orElse(Type.JSON))));
        added.stream().filter(field -> !types.containsKey(field.name())).forEach(fields::add);
        return Schema.of(stream, fields);
    }
}
