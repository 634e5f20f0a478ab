package io.mainstem.connectors.http.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * A body as it is kept for a person: JSON in lines, with masks in the place of what is known to be secret by its name; other text as it
 * is; what is no text in Base64. Its numbers, names and their order stay. Immutable.
 *
 * @param text the text, or the Base64
 * @param isText whether it is text
 */
record KeptBody(String text, boolean isText) {

    private static final String TEXT = "body";
    private static final String BASE64 = "body-base64";
    private static final int UNPACKED_MAX = 8 << 20;
    private static final JsonFactory JSON = new JsonFactory();

    static KeptBody of(byte[] bytes, Redaction redaction) {
        byte[] unpacked = unpacked(bytes);
        return utf8(unpacked)
                .map(text -> new KeptBody(json(text, redaction).orElseGet(() -> redaction.text(text)), true))
                .orElseGet(() -> new KeptBody(Base64.getEncoder().encodeToString(bytes), false));
    }

    /** What a file packed by gzip holds; who reads it takes both. */
    private static byte[] unpacked(byte[] bytes) {
        if (bytes.length < 2 || (bytes[0] & 0xff) != 0x1f || (bytes[1] & 0xff) != 0x8b) {
            return bytes;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] unpacked = in.readNBytes(UNPACKED_MAX);
            return unpacked.length < UNPACKED_MAX ? unpacked : bytes;
        } catch (IOException e) {
            return bytes;
        }
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    static KeptBody from(Map<String, Object> kept) {
        Object text = kept.get(TEXT);
        return text == null
                ? new KeptBody(kept.getOrDefault(BASE64, "").toString(), false)
                : new KeptBody(text.toString(), true);
    }

    void putInto(Map<String, Object> kept) {
        if (!text.isEmpty()) {
            kept.put(isText ? TEXT : BASE64, text);
        }
    }

    /**
     * The bytes of the body.
     *
     * @throws IllegalArgumentException when it is not the Base64 that it should be
     */
    byte[] bytes() {
        return isText
                ? text.getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(text.replaceAll("\\s", ""));
    }

    /** One text of JSON over many lines; several, a line each. Empty when it is none. */
    private static Optional<String> json(String text, Redaction redaction) {
        try {
            StringWriter lines = new StringWriter(text.length() * 2);
            int texts = copy(text, redaction, lines, new MinimalPrettyPrinter("\n"));
            if (texts == 0) {
                return Optional.empty();
            }
            if (texts > 1) {
                return Optional.of(lines + "\n");
            }
            StringWriter pretty = new StringWriter(text.length() * 2);
            copy(text, redaction, pretty, pretty());
            return Optional.of(pretty + "\n");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** JSON without line breaks; empty when the text is none. */
    static Optional<String> inOneLine(String text, Redaction redaction) {
        try {
            StringWriter line = new StringWriter(text.length());
            return copy(text, redaction, line, new MinimalPrettyPrinter()) == 1
                    ? Optional.of(line.toString())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static DefaultPrettyPrinter pretty() {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        return new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(lines)
                .withArrayIndenter(lines);
    }

    /** Returns how many texts of JSON there are. */
    private static int copy(
            String text, Redaction redaction, StringWriter out, com.fasterxml.jackson.core.PrettyPrinter printer)
            throws IOException {
        int texts = 0;
        try (JsonParser parser = JSON.createParser(text);
                JsonGenerator generator = JSON.createGenerator(out).setPrettyPrinter(printer)) {
            while (parser.nextToken() != null) {
                copy(parser, redaction, generator);
                texts += parser.getParsingContext().inRoot() ? 1 : 0;
            }
        }
        return texts;
    }

    private static void copy(JsonParser parser, Redaction redaction, JsonGenerator generator) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            generator.writeString(redaction.field(String.valueOf(parser.currentName()), parser.getText()));
        } else if (token.isNumeric() && redaction.isSecretNumber(String.valueOf(parser.currentName()))) {
            generator.writeString(Redaction.MASK);
        } else if (token.isNumeric()) {
            generator.writeNumber(parser.getText());
        } else {
            generator.copyCurrentEvent(parser);
        }
    }
}
