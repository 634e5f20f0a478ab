package io.mainstem.runtime.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the schema of JSON objects. Every field may be null. Whole numbers become int64, others decimal, which keeps all
 * digits; text stays text, whatever it looks like; what has no one type (mixed arrays, empty ones) becomes json.
 */
@SuppressWarnings("ReferenceEquality") // the same instance means that nothing changed
final class JsonInference {

    /** The most fields of one object: more are keys of a map that somebody wrote as fields. */
    static final int FIELDS_MAX = 1_000;

    private JsonInference() {}

    /**
     * A schema with the fields that it has, as they are, and after them those of the objects that it lacks and that are not null,
     * with room for the values of all objects.
     */
    static Schema extend(Schema schema, Iterable<JsonNode> objects) {
        Schema extended = schema;
        for (JsonNode object : objects) {
            extended = extend(extended, object, name -> schema.indexOf(name) < 0);
        }
        return extended;
    }

    private static Schema extend(Schema schema, JsonNode object, Predicate<String> mayWiden) {
        List<Field> fields = new ArrayList<>(schema.fields());
        boolean isChanged = false;
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String name = entry.getKey();
            isChanged |= merge(fields, schema.indexOf(name), name, entry.getValue(), mayWiden.test(name));
        }
        if (fields.size() > FIELDS_MAX) {
            throw new UndecodableException("the object would make " + fields.size() + " fields, and the most is "
                    + FIELDS_MAX + ", at byte 0; are its names data?");
        }
        return isChanged ? Schema.of(schema.name(), fields) : schema;
    }

    private static boolean merge(List<Field> fields, int index, String name, JsonNode value, boolean mayWiden) {
        Type before = index < 0 ? null : fields.get(index).type();
        Type after = before != null && mayWiden ? unite(before, value) : merge(before, value);
        if (after == null || after == before) {
            return false;
        }
        if (index < 0) {
            fields.add(Field.nullable(name, after));
            return true;
        }
        Field field = fields.get(index);
        fields.set(index, copy(field, after));
        return true;
    }

    private static Field copy(Field field, Type type) {
        Field copy = field.isNullable() ? Field.nullable(field.name(), type) : Field.required(field.name(), type);
        return copy.withDoc(field.doc());
    }

    /** The type with room for a value; null as long as only nulls were seen, and the same instance when nothing changed. */
    private static @Nullable Type merge(@Nullable Type type, JsonNode value) {
        if (value.isNull()) {
            return type;
        }
        if (type == null) {
            return infer(value);
        }
        if (type.kind() == Type.Kind.STRUCT && value.isObject()) {
            Schema extended = extend(type.schema(), value, name -> false);
            return extended == type.schema() ? type : Type.struct(extended);
        }
        if (type.kind() == Type.Kind.ARRAY && value.isArray()) {
            Type element = type.element();
            for (JsonNode each : value) {
                element = element.kind() == Type.Kind.STRUCT ? merged(element, each) : element;
            }
            return element == type.element() ? type : Type.array(element);
        }
        return type;
    }

    private static Type merged(Type type, JsonNode value) {
        Type merged = merge(type, value);
        return merged == null ? type : merged;
    }

    private static Type infer(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> Type.BOOLEAN;
            case NUMBER -> value.isIntegralNumber() && value.canConvertToLong() ? Type.INT64 : Type.DECIMAL;
            case STRING -> Type.STRING;
            case ARRAY -> inferArray(value);
            case OBJECT -> inferObject(value);
            default -> Type.JSON;
        };
    }

    private static Type inferObject(JsonNode value) {
        Schema schema = extend(Schema.of(""), value, name -> true);
        return schema.size() == 0 || schema.size() < notNull(value) ? Type.JSON : Type.struct(schema);
    }

    private static int notNull(JsonNode object) {
        int count = 0;
        for (JsonNode value : object) {
            count += value.isNull() ? 0 : 1;
        }
        return count;
    }

    private static Type inferArray(JsonNode values) {
        Type element = null;
        for (JsonNode value : values) {
            if (!value.isNull()) {
                element = element == null ? infer(value) : unite(element, value);
            }
        }
        return element == null ? Type.JSON : Type.array(element);
    }

    /** A type with room for the values that a type has room for, and another; the same instance when nothing changed. */
    private static Type unite(Type type, JsonNode value) {
        if (value.isNull()) {
            return type;
        }
        if (type.kind() == Type.Kind.STRUCT && value.isObject()) {
            Schema extended = extend(type.schema(), value, name -> true);
            return extended == type.schema() ? type : Type.struct(extended);
        }
        if (type.kind() == Type.Kind.ARRAY && value.isArray()) {
            Type element = type.element();
            for (JsonNode each : value) {
                element = unite(element, each);
            }
            return element == type.element() ? type : Type.array(element);
        }
        Type other = infer(value);
        if (type.equals(other)) {
            return type;
        }
        return isNumber(type) && isNumber(other) ? Type.DECIMAL : Type.JSON;
    }

    private static boolean isNumber(Type type) {
        return type.equals(Type.INT64) || type.equals(Type.DECIMAL);
    }
}
