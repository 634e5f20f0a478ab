package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes text, numbers, booleans, lists and maps as YAML: text of many lines as such, other text in quotes wherever it could be taken
 * for something else.
 */
final class YamlText {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./-]*");
    private static final List<String> WORDS = List.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");
    private static final String STEP = "  ";

    private final StringBuilder out = new StringBuilder();

    private YamlText() {}

    static String of(Map<String, Object> map) {
        YamlText text = new YamlText();
        text.map(map, "");
        return text.out.toString();
    }

    private void map(Map<?, ?> map, String indent) {
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(first && out.length() > 0 && out.charAt(out.length() - 1) == ' ' ? "" : indent);
            out.append(scalar(entry.getKey().toString())).append(':');
            value(entry.getValue(), indent);
            first = false;
        }
    }

    private void value(@Nullable Object value, String indent) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            out.append('\n');
            map(map, indent + STEP);
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            out.append('\n');
            list(list, indent + STEP);
        } else if (value instanceof String text && isBlock(text)) {
            block(text, indent + STEP);
        } else {
            out.append(' ').append(inline(value)).append('\n');
        }
    }

    private void list(List<?> list, String indent) {
        for (Object item : list) {
            out.append(indent).append('-');
            if (item instanceof Map<?, ?> map && !map.isEmpty()) {
                out.append(' ');
                map(map, indent + STEP);
            } else {
                value(item, indent);
            }
        }
    }

    private static String inline(@Nullable Object value) {
        if (value instanceof String text) {
            return scalar(text);
        }
        if (value instanceof Map) {
            return "{}";
        }
        return value instanceof List ? "[]" : String.valueOf(value);
    }

    /** A text that stands for itself, else in quotes. */
    static String scalar(String text) {
        if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(java.util.Locale.ROOT))) {
            return text;
        }
        return "\"" + printable(new String(JsonStringEncoder.getInstance().quoteAsString(text))) + "\"";
    }

    /** What stands in quotes, as in JSON, without the characters that YAML does not take there. */
    static String printable(String quoted) {
        StringBuilder out = new StringBuilder(quoted.length());
        for (int i = 0; i < quoted.length(); i++) {
            char c = quoted.charAt(i);
            if (isPrintable(c)) {
                out.append(c);
            } else {
                out.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
            }
        }
        return out.toString();
    }

    /** Text of several lines in which every character stands for itself. */
    private static boolean isBlock(String text) {
        return text.indexOf('\n') >= 0
                && !text.isBlank()
                && text.chars().allMatch(c -> c == '\n' || c == '\t' || isPrintable((char) c));
    }

    private static boolean isPrintable(char c) {
        return c >= ' ' && c < 0x7f || c >= 0xa0 && c != 0x2028 && c != 0x2029 && c != 0xfeff && c < 0xfffe;
    }

    /** The two says by how much it is indented: its own first line may begin with blanks. */
    private void block(String text, String indent) {
        int end = text.length();
        while (text.charAt(end - 1) == '\n') {
            end--;
        }
        int breaks = text.length() - end;
        out.append(" |2").append(breaks == 0 ? "-" : breaks == 1 ? "" : "+").append('\n');
        for (String line : text.substring(0, end).split("\n", -1)) {
            out.append(line.isEmpty() ? "" : indent).append(line).append('\n');
        }
        out.append("\n".repeat(Math.max(0, breaks - 1)));
    }
}
