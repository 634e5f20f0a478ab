package io.mainstem.runtime.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what {@link JsonWriter} writes into rows of a given schema. One thread at a time. */
final class JsonReader {

    private static final JsonFactory JSON = new JsonFactory();

    /** Looks for members of one name in one object, which costs about a third more. */
    private static final JsonFactory DISTINCT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Pattern TWICE = Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);

    private final JsonFactory factory;
    private final IdentityHashMap<Schema, Row.Builder> builders = new IdentityHashMap<>();
    private byte[] array = new byte[0];
    private int offset;
    private @Nullable String unknown;

    private JsonReader(JsonFactory factory) {
        this.factory = factory;
    }

    /** For values that are on a topic: of two members of one name, the last counts. */
    static JsonReader ofTopic() {
        return new JsonReader(JSON);
    }

    /** For what somebody else wrote: an object with two members of one name is none, since nobody knows which of them is meant. */
    static JsonReader ofText() {
        return new JsonReader(DISTINCT);
    }

    /** The first field, if any, that the last object had and its schema did not. */
    Optional<String> unknown() {
        return Optional.ofNullable(unknown);
    }

    /** Reads an object. Fields that it lacks get their default, or null; those that the schema lacks are passed over. */
    Row readObject(Schema schema, byte[] source, int from, int length) {
        return read(source, from, length, JsonToken.START_OBJECT, parser -> row(parser, schema));
    }

    /** Reads an array that has one value for each field of a schema, in its order. */
    Row readArray(Schema schema, byte[] source, int from, int length) {
        return read(source, from, length, JsonToken.START_ARRAY, parser -> fields(parser, schema));
    }

    private Row read(byte[] source, int from, int length, JsonToken first, Reading reading) {
        array = source;
        offset = from;
        unknown = null;
        try (JsonParser parser = factory.createParser(source, from, length)) {
            expect(parser, parser.nextToken(), first);
            Row row = reading.read(parser);
            if (parser.nextToken() != null) {
                throw undecodable(parser, "text follows the value");
            }
            return row;
        } catch (JsonProcessingException e) {
            long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
            throw new UndecodableException(problem(e) + ", at byte " + at, e);
        } catch (IOException e) {
            throw new UndecodableException("the value is not JSON: " + e.getMessage() + ", at byte 0", e);
        }
    }

    private static String problem(JsonProcessingException e) {
        Matcher twice = TWICE.matcher(e.getOriginalMessage());
        return twice.matches()
                ? "an object has two members '" + twice.group(1) + "', and only one can be meant"
                : "the value is not JSON: " + e.getOriginalMessage();
    }

    private Row row(JsonParser parser, Schema schema) throws IOException {
        Row.Builder row = builder(schema);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            int index = schema.indexOf(name);
            JsonToken token = parser.nextToken();
            if (index >= 0) {
                set(parser, row, index);
            } else if (token != JsonToken.VALUE_NULL && unknown == null) {
                unknown = name;
            }
            parser.skipChildren();
        }
        expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        return build(parser, row);
    }

    private Row fields(JsonParser parser, Schema schema) throws IOException {
        Row.Builder row = builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            if (parser.nextToken() == JsonToken.END_ARRAY) {
                throw undecodable(parser, "the array has " + i + " values for " + schema.size() + " fields");
            }
            set(parser, row, i);
        }
        expect(parser, parser.nextToken(), JsonToken.END_ARRAY);
        return build(parser, row);
    }

    private Row.Builder builder(Schema schema) {
        Row.Builder row = builders.computeIfAbsent(schema, Row::builder);
        row.reset();
        for (int i = 0; i < schema.size(); i++) {
            Optional<Object> value = schema.field(i).defaultValue();
            if (value.isPresent()) {
                row.set(i, value.get());
            }
        }
        return row;
    }

    private static Row build(JsonParser parser, Row.Builder row) {
        try {
            return row.build();
        } catch (IllegalArgumentException e) {
            throw undecodable(parser, String.valueOf(e.getMessage()));
        }
    }

    private void set(JsonParser parser, Row.Builder row, int index) throws IOException {
        Field field = row.schema().field(index);
        try {
            row.set(index, value(parser, field.type()));
        } catch (InputCoercionException e) {
            throw undecodable(parser, "field '" + field.name() + "': " + e.getOriginalMessage());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw undecodable(parser, "field '" + field.name() + "': " + e.getMessage());
        }
    }

    private @Nullable Object value(JsonParser parser, Type type) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (type.kind()) {
            case BOOLEAN -> bool(parser);
            case INT8, INT16, INT32, INT64 -> integer(parser, type);
            case FLOAT32 -> floating(parser, type).floatValue();
            case FLOAT64 -> floating(parser, type).doubleValue();
            case DECIMAL -> decimal(parser, type);
            case BYTES -> Base64.getDecoder().decode(text(parser, type));
            case JSON -> raw(parser);
            case ARRAY -> list(parser, type);
            case MAP -> map(parser, type);
            case STRUCT -> struct(parser, type);
            default -> ScalarText.parse(type, text(parser, type));
        };
    }

    private static boolean bool(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw new IllegalArgumentException(parser.getText() + " is neither true nor false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static long integer(JsonParser parser, Type type) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrong(parser, type);
        }
        return parser.getLongValue();
    }

    private static Number floating(JsonParser parser, Type type) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return (Number) ScalarText.parse(type, parser.getText());
        }
        if (!parser.currentToken().isNumeric()) {
            throw wrong(parser, type);
        }
        Number value = type.kind() == Type.Kind.FLOAT32 ? (Number) parser.getFloatValue() : parser.getDoubleValue();
        if (!Double.isFinite(value.doubleValue())) {
            throw new IllegalArgumentException(parser.getText() + " is out of range of " + type);
        }
        return value;
    }

    private static BigDecimal decimal(JsonParser parser, Type type) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return (BigDecimal) ScalarText.parse(type, parser.getText());
        }
        if (!parser.currentToken().isNumeric()) {
            throw wrong(parser, type);
        }
        return ScalarText.limited(parser.getDecimalValue());
    }

    private static String text(JsonParser parser, Type type) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(parser, type);
        }
        return parser.getText();
    }

    /** The text of a value as it stands in the array. */
    private String raw(JsonParser parser) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int to = (int) parser.currentLocation().getByteOffset();
        return new String(array, offset + from, to - from, StandardCharsets.UTF_8);
    }

    private List<@Nullable Object> list(JsonParser parser, Type type) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(parser, type);
        }
        List<@Nullable Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(checked(type, value(parser, type.element())));
        }
        return Collections.unmodifiableList(values);
    }

    private Map<String, @Nullable Object> map(JsonParser parser, Type type) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(parser, type);
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            values.put(name, checked(type, value(parser, type.element())));
        }
        return Collections.unmodifiableMap(values);
    }

    /** An element as a field of its type would hold it: within limits, and a decimal with the type's scale. */
    private @Nullable Object checked(Type type, @Nullable Object value) {
        if (value == null || type.element().kind() == Type.Kind.STRUCT) {
            return value;
        }
        return Row.of(Schema.of("element", Field.nullable("element", type.element())), value)
                .at(0);
    }

    private Row struct(JsonParser parser, Type type) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(parser, type);
        }
        return row(parser, type.schema());
    }

    private static IllegalArgumentException wrong(JsonParser parser, Type type) throws IOException {
        boolean isScalar = parser.currentToken().isScalarValue();
        String what = isScalar ? "'" + parser.getText() + "'" : describe(parser.currentToken());
        return new IllegalArgumentException(what + " is not of type " + type);
    }

    private static void expect(JsonParser parser, @Nullable JsonToken token, JsonToken expected) {
        if (token != expected) {
            throw undecodable(parser, describe(token) + " stands where " + describe(expected) + " should be");
        }
    }

    private static String describe(@Nullable JsonToken token) {
        if (token == null) {
            return "the end";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case END_OBJECT -> "the end of an object";
            case START_ARRAY -> "an array";
            case END_ARRAY -> "the end of an array";
            default -> "a value";
        };
    }

    private static UndecodableException undecodable(JsonParser parser, String what) {
        return new UndecodableException(
                what + ", at byte " + Math.max(0, parser.currentTokenLocation().getByteOffset()));
    }

    /** The inside of one read. */
    private interface Reading {
        Row read(JsonParser parser) throws IOException;
    }
}
