package io.mainstem.connectors.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a JSON array of scalars, which is how the log writes a key of several columns. Not thread-safe. */
final class JsonArray {

    private final String text;
    private int at;

    private JsonArray(String text) {
        this.text = text;
    }

    /**
     * The elements as texts, or null.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static List<@Nullable String> parse(String text) {
        return new JsonArray(text).array();
    }

    private List<@Nullable String> array() {
        List<@Nullable String> elements = new ArrayList<>();
        expect('[');
        while (peek() != ']') {
            if (!elements.isEmpty()) {
                expect(',');
            }
            elements.add(peek() == '"' ? string() : literal());
        }
        at++;
        if (!text.substring(at).isBlank()) {
            throw wrong();
        }
        return elements;
    }

    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at >= text.length()) {
            throw wrong();
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw wrong();
        }
        at++;
    }

    private @Nullable String literal() {
        int start = at;
        while (at < text.length() && ",]".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String literal = text.substring(start, at).strip();
        if (literal.isEmpty() || literal.startsWith("[") || literal.startsWith("{")) {
            throw wrong();
        }
        return literal.equals("null") ? null : literal;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        at++;
        while (next() != '"') {
            char c = text.charAt(at++);
            out.append(c == '\\' ? escape() : c);
        }
        at++;
        return out.toString();
    }

    private char next() {
        if (at >= text.length()) {
            throw wrong();
        }
        return text.charAt(at);
    }

    private char escape() {
        char c = next();
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> c;
        };
    }

    private char unicode() {
        if (at + 4 > text.length()) {
            throw wrong();
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("'" + text + "' is not a JSON array of scalars");
    }
}
