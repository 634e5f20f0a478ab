package io.mainstem.runtime.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstem.api.Datum;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Messages and rows as JSON for people: what the command line shows and takes, and what dead letters carry. Values look
 * as they do on a topic with the codec json.
 */
public final class JsonRows {

    private JsonRows() {}

    /**
     * A key or a value as JSON in one line.
     *
     * @throws UnencodableException when a JSON field of it is not JSON
     */
    public static String toJson(Datum datum) {
        EncodeBuffer out = new EncodeBuffer();
        write(datum, out);
        return line(out);
    }

    /**
     * A message as a JSON object in one line: operation, key, value, headers, timestamp, topic, partition and offset; what
     * it does not have is left out. Headers that are text are shown as such, others in base64.
     *
     * @throws UnencodableException when a JSON field of it is not JSON
     */
    public static String toJson(Message message) {
        EncodeBuffer out = new EncodeBuffer();
        out.writeByte('{');
        writeText("operation", message.operation().name().toLowerCase(Locale.ROOT), out);
        writeDatum("key", message.key(), out);
        writeDatum("value", message.value(), out);
        writeHeaders(message, out);
        message.timestamp().ifPresent(time -> writeText("timestamp", time.toString(), out));
        message.origin().ifPresent(origin -> writeOrigin(origin, out));
        out.writeByte('}');
        return line(out);
    }

    private static void write(Datum datum, EncodeBuffer out) {
        try {
            if (datum instanceof Row row) {
                JsonWriter.writeRow(row, out);
            } else if (datum instanceof Scalar scalar) {
                JsonWriter.writeValue(scalar.type(), scalar.value(), out);
            }
        } catch (IllegalArgumentException e) {
            throw new UnencodableException(e.getMessage() + "; this cannot be shown as JSON", e);
        }
    }

    /** A line break in JSON is only ever between values: those in text are escaped. */
    private static String line(EncodeBuffer out) {
        return new String(out.array(), 0, out.length(), StandardCharsets.UTF_8)
                .replace('\n', ' ')
                .replace('\r', ' ');
    }

    private static void writeName(String name, EncodeBuffer out) {
        if (out.array()[out.length() - 1] != '{') {
            out.writeByte(',');
        }
        JsonWriter.writeString(name, out);
        out.writeByte(':');
    }

    private static void writeText(String name, String text, EncodeBuffer out) {
        writeName(name, out);
        JsonWriter.writeString(text, out);
    }

    private static void writeDatum(String name, @Nullable Datum datum, EncodeBuffer out) {
        if (datum != null) {
            writeName(name, out);
            write(datum, out);
        }
    }

    private static void writeHeaders(Message message, EncodeBuffer out) {
        if (message.headers().isEmpty()) {
            return;
        }
        writeName("headers", out);
        out.writeByte('{');
        for (Header header : message.headers()) {
            byte[] value = header.value();
            writeText(
                    header.name(),
                    Utf8.isValid(value, 0, value.length)
                            ? new String(value, StandardCharsets.UTF_8)
                            : Base64.getEncoder().encodeToString(value),
                    out);
        }
        out.writeByte('}');
    }

    private static void writeOrigin(Origin origin, EncodeBuffer out) {
        writeText("topic", origin.partition().topic(), out);
        writeName("partition", out);
        JsonWriter.writeLong(origin.partition().partition(), out);
        writeName("offset", out);
        JsonWriter.writeLong(origin.offset(), out);
    }

    /**
     * A row of a schema from a JSON object. Fields that are not given get their default, or null.
     *
     * @throws UndecodableException when the text is no object, or a field does not fit the schema or is not in it
     */
    public static Row toRow(String json, Schema schema) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        JsonReader reader = JsonReader.ofText();
        Row row = reader.readObject(schema, bytes, 0, bytes.length);
        reader.unknown().ifPresent(field -> {
            throw new UndecodableException(
                    "the schema has no field '" + field + "', somewhere after byte 0; it has " + schema);
        });
        return row;
    }

    /**
     * The same, but fields that are not in the schema are passed over.
     *
     * @throws UndecodableException when the text is no object, or a field does not fit the schema
     */
    public static Row toKnown(String json, Schema schema) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return JsonReader.ofText().readObject(schema, bytes, 0, bytes.length);
    }

    /**
     * A schema with the fields that it has, and after them those of JSON objects that it lacks, of types with room for the values of all.
     *
     * @throws UndecodableException when a text is no object
     */
    public static Schema extend(Schema schema, List<String> objects) {
        List<JsonNode> trees = new ArrayList<>();
        for (String object : objects) {
            byte[] bytes = object.getBytes(StandardCharsets.UTF_8);
            trees.add(object(JsonValues.tree(bytes, 0, bytes.length)));
        }
        return JsonInference.extend(schema, trees);
    }

    private static JsonNode object(JsonNode tree) {
        if (!tree.isObject()) {
            throw new UndecodableException("the text is not a JSON object, at byte 0");
        }
        return tree;
    }

    /**
     * A row from a JSON object, whose schema is inferred from its values.
     *
     * @param name the schema's name
     * @throws UndecodableException when the text is no object
     */
    public static Row toRow(String json, String name) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        JsonNode tree = object(JsonValues.tree(bytes, 0, bytes.length));
        try {
            return JsonReader.ofText()
                    .readObject(JsonInference.extend(Schema.of(name), List.of(tree)), bytes, 0, bytes.length);
        } catch (IllegalArgumentException e) {
            throw new UndecodableException(e.getMessage() + ", somewhere after byte 0", e);
        }
    }
}
