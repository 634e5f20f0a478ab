package io.mainstem.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.mainstem.api.Datum;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.codec.KeyCodec;
import io.mainstem.runtime.schema.Registered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a message of a line of input. For one thread. */
final class LineMessages {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String topic;
    private final CodecKind kind;
    private final Optional<Schema> schema;
    private final Optional<Schema> keySchema;
    private final Form form;
    private Schema inferred;
    private @Nullable List<String> learning;

    /**
     * What lines look like.
     *
     * @param full whether a line is a whole record, as {@code consume --full} prints it
     * @param keySeparator what stands between key and value, if lines have keys
     * @param nullMarker what stands for no value, if anything does
     * @param headers what every record gets
     */
    record Form(boolean full, Optional<String> keySeparator, Optional<String> nullMarker, List<Header> headers) {}

    LineMessages(String topic, CodecKind kind, Optional<Registered> registered, List<String> keyFields, Form form) {
        this.topic = topic;
        this.kind = kind;
        this.schema = registered.map(Registered::schema);
        this.keySchema = keyFields.isEmpty()
                ? Optional.empty()
                : schema.map(known -> KeyCodec.of(known, keyFields).schema());
        this.form = form;
        this.inferred = Schema.of(topic);
    }

    /** Whether fields and types are taken from the lines, since the topic has no schema. */
    boolean infers() {
        return schema.isEmpty() && (kind == CodecKind.AVRO || kind == CodecKind.JSON);
    }

    /** Looks at the first lines, so that a field has room for the values of all of them; a line that is wrong is told later. */
    void learn(List<String> lines) {
        List<String> objects = new ArrayList<>();
        learning = objects;
        try {
            lines.forEach(this::message);
        } catch (CodecException | IllegalArgumentException e) {
            // Each line is read once more, and then it is known which it is; nothing behind it counts.
        } finally {
            learning = null;
        }
        inferred = JsonRows.extend(inferred, objects);
    }

    /**
     * The message of a line.
     *
     * @param raw its bytes, each a character
     * @throws IllegalArgumentException when the line is not of the form
     * @throws io.mainstem.runtime.codec.CodecException when its value is not of the topic's
     */
    Message message(String raw) {
        if (form.full) {
            return whole(text(raw));
        }
        return plain(kind == CodecKind.BYTES ? raw : text(raw));
    }

    /** The text in bytes of which each is a character. */
    private static String text(String raw) {
        boolean ascii = true;
        for (int i = 0; i < raw.length() && ascii; i++) {
            ascii = raw.charAt(i) < 0x80;
        }
        if (ascii) {
            return raw;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8 text; '--codec bytes' takes any bytes", e);
        }
    }

    /** What was typed, as it is in the line. */
    private String typed(String text) {
        return kind == CodecKind.BYTES
                ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                : text;
    }

    private Message plain(String line) {
        Datum key = null;
        String value = line;
        if (form.keySeparator.isPresent()) {
            String separator = typed(form.keySeparator.get());
            int at = line.indexOf(separator);
            if (at < 0) {
                throw new IllegalArgumentException("it has no '" + form.keySeparator.get() + "' between key and value");
            }
            String before = line.substring(0, at);
            key = Scalar.text(kind == CodecKind.BYTES ? text(before) : before);
            value = line.substring(at + separator.length());
        }
        boolean none = form.nullMarker.map(this::typed).filter(value::equals).isPresent();
        return Message.of(none ? Operation.DELETE : Operation.CREATE, key, none ? null : value(value))
                .withHeaders(form.headers);
    }

    private Datum value(String text) {
        return switch (kind) {
            case AVRO, JSON -> schema.isPresent() ? JsonRows.toRow(text, schema.get()) : inferred(text);
            case TEXT -> Scalar.text(text);
            case BYTES -> Scalar.bytes(text.getBytes(StandardCharsets.ISO_8859_1));
        };
    }

    private Datum inferred(String text) {
        List<String> objects = learning;
        if (objects != null) {
            Datum alone = JsonRows.toRow(text, topic);
            objects.add(text);
            return alone;
        }
        inferred = JsonRows.extend(inferred, List.of(text));
        return JsonRows.toRow(text, inferred);
    }

    private Message whole(String line) {
        try (JsonParser parser = JSON.createParser(line)) {
            Whole whole = new Whole();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("it is no JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                read(name, parser, line, whole);
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("there is something behind the JSON object");
            }
            return whole.message(form.headers);
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : ", at column " + e.getLocation().getColumnNr();
            throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage() + place, e);
        } catch (IOException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getMessage(), e);
        }
    }

    private void read(String name, JsonParser parser, String line, Whole whole) throws IOException {
        switch (name) {
            case "operation" -> whole.operation = operation(text(name, parser));
            case "key" -> whole.key = key(parser, line);
            case "value" -> whole.value = wholeValue(parser, line);
            case "headers" -> headers(parser, whole.headers);
            case "timestamp" -> whole.timestamp = timestamp(text(name, parser));
            // Where the record stood that was printed.
            case "topic", "partition", "offset" -> parser.skipChildren();
            default ->
                throw new IllegalArgumentException(
                        "it has '" + name + "'; a record has operation, key, value, headers and timestamp");
        }
    }

    private static Operation operation(String name) {
        for (Operation operation : Operation.values()) {
            if (operation.name().toLowerCase(Locale.ROOT).equals(name)) {
                return operation;
            }
        }
        throw new IllegalArgumentException(
                "its operation is '" + name + "'; it must be create, update, delete or snapshot");
    }

    private static Instant timestamp(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "its timestamp '" + text + "' is no time such as 2026-01-31T12:00:00Z", e);
        }
    }

    private @Nullable Datum key(JsonParser parser, String line) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            String object = raw(parser, line);
            return keySchema.isPresent() ? JsonRows.toRow(object, keySchema.get()) : JsonRows.toRow(object, topic);
        }
        if (token == JsonToken.START_ARRAY) {
            throw new IllegalArgumentException("its key is an array; it must be a value or an object");
        }
        return token == JsonToken.VALUE_NULL ? null : Scalar.text(parser.getText());
    }

    private @Nullable Datum wholeValue(JsonParser parser, String line) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (kind) {
            case AVRO, JSON -> value(raw(parser, line));
            case TEXT -> Scalar.text(text("value", parser));
            case BYTES -> Scalar.bytes(Base64.getDecoder().decode(text("value", parser)));
        };
    }

    /** The characters of what the parser stands at, so that no digit of a number is lost on the way. */
    private static String raw(JsonParser parser, String line) throws IOException {
        int from = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        return line.substring(from, (int) parser.currentLocation().getCharOffset());
    }

    private static void headers(JsonParser parser, List<Header> into) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("its headers are no JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            into.add(new Header(name, text("header " + name, parser).getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static String text(String what, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("its " + what + " is no JSON string");
        }
        return parser.getText();
    }

    /** What was read of a record. */
    private static final class Whole {
        @Nullable
        Operation operation;

        @Nullable
        Datum key;

        @Nullable
        Datum value;

        @Nullable
        Instant timestamp;

        final List<Header> headers = new ArrayList<>();

        Message message(List<Header> more) {
            Operation named = operation;
            if (named == null) {
                named = value == null ? Operation.DELETE : Operation.CREATE;
            }
            headers.addAll(more);
            Message message = Message.of(named, key, value).withHeaders(headers);
            return timestamp == null ? message : message.withTimestamp(timestamp);
        }
    }
}
