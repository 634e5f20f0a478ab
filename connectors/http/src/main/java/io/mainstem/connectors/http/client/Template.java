package io.mainstem.connectors.http.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text with places for values: {@code /repos/{parent.full_name}/issues}. A place is a name in braces; braces around anything else,
 * such as those of a JSON text, stand for themselves, and so does a name in two of them. Immutable.
 */
public final class Template {

    /** How a value is written into the text around it. */
    public enum Escape {
        /** As it is. */
        NONE,
        /** As a part of a URL. A slash stays a slash only where the value stands in a path. */
        URL,
        /** As the inside of a JSON text. */
        JSON,
        /** As a value of a form. */
        FORM,
        /** As text in XML. */
        XML
    }

    /** What as a step of a path leads to another one. */
    private static final Set<String> NO_STEP = Set.of("", ".", "..");

    private static final String NAME = "[A-Za-z_][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*";
    private static final Pattern PLACE = Pattern.compile("\\{\\{(" + NAME + ")}}|\\{(" + NAME + ")}");

    private final String text;
    private final List<Part> parts;

    /** Text, or the name of a value. */
    private record Part(String text, boolean isName) {}

    private Template(String text, List<Part> parts) {
        this.text = text;
        this.parts = parts;
    }

    /** Reads a template; every text is one. */
    public static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PLACE.matcher(text);
        int end = 0;
        while (matcher.find()) {
            parts.add(new Part(text.substring(end, matcher.start()), false));
            @Nullable String literal = matcher.group(1);
            parts.add(literal == null ? new Part(matcher.group(2), true) : new Part("{" + literal + "}", false));
            end = matcher.end();
        }
        parts.add(new Part(text.substring(end), false));
        return new Template(text, List.copyOf(parts));
    }

    /** The names of the values that it needs, in their order. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        parts.stream().filter(Part::isName).map(Part::text).forEach(names::add);
        return names;
    }

    /**
     * The text with its values.
     *
     * @param values by name; empty when there is none
     * @throws IllegalArgumentException when a value is missing
     */
    public String render(Function<String, Optional<String>> values, Escape escape) {
        StringBuilder out = new StringBuilder(text.length() + 32);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (!part.isName()) {
                out.append(part.text());
                continue;
            }
            String value = value(part.text(), values);
            if (escape == Escape.URL && NO_STEP.contains(value) && isStep(out, i)) {
                throw new IllegalArgumentException("'" + value + "' as {" + part.text() + "} in '" + text
                        + "' would make it the URL of something else");
            }
            out.append(escaped(value, escape, out));
        }
        return out.toString();
    }

    /** Whether a place is all between two slashes of a path. */
    private boolean isStep(CharSequence before, int index) {
        String url = before.toString();
        String behind = parts.get(index + 1).text();
        boolean isEnd = behind.isEmpty() && index + 2 == parts.size();
        return url.endsWith("/") && url.indexOf('?') < 0 && (isEnd || behind.startsWith("/") || behind.startsWith("?"));
    }

    private String value(String name, Function<String, Optional<String>> values) {
        return values.apply(name)
                .orElseThrow(
                        () -> new IllegalArgumentException("there is no value for {" + name + "} in '" + text + "'"));
    }

    private static String escaped(String value, Escape escape, CharSequence before) {
        return switch (escape) {
            case NONE -> value;
            case URL -> url(value, before);
            case JSON -> json(value);
            case FORM -> URLEncoder.encode(value, StandardCharsets.UTF_8);
            case XML ->
                value.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;");
        };
    }

    /** At the very beginning a value may be a whole URL, such as one that a server gave. */
    private static String url(String value, CharSequence before) {
        if (before.isEmpty()) {
            return value;
        }
        String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
        boolean inPath = before.toString().indexOf('?') < 0;
        return inPath && isPath(value) ? encoded.replace("%2F", "/") : encoded;
    }

    /** {@code apache/kafka} is two steps of a path; {@code ..} must not climb out of it. */
    private static boolean isPath(String value) {
        return !value.startsWith("/") && !value.contains("..") && !value.contains("//");
    }

    private static String json(String value) {
        StringBuilder out = new StringBuilder(value.length() + 8);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
