package io.mainstem.runtime.transform;

import io.mainstem.api.Message;
import io.mainstem.runtime.expression.Expression;
import java.util.ArrayList;
import java.util.List;

/** Text with expressions in braces: {@code orders.{value.country}}. Two braces are one of the text. */
final class Template {

    private final List<Object> parts;
    private final boolean usesValue;

    private Template(List<Object> parts) {
        this.parts = List.copyOf(parts);
        this.usesValue =
                parts.stream().anyMatch(part -> part instanceof Expression expression && expression.usesValue());
    }

    static Template of(String path, String text, StepExpressions expressions) throws StepException {
        List<Object> parts = new ArrayList<>();
        Mistakes mistakes = new Mistakes();
        StringBuilder plain = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean twice = i + 1 < text.length() && text.charAt(i + 1) == c;
            if ((c == '{' || c == '}') && twice) {
                plain.append(c);
                i += 2;
            } else if (c == '{') {
                int end = end(path, text, i);
                parts.add(plain.toString());
                plain.setLength(0);
                int begin = i + 1;
                mistakes.in(() -> parts.add(expressions.compile(path, text.substring(begin, end), begin)));
                i = end + 1;
            } else {
                plain.append(c);
                i++;
            }
        }
        mistakes.throwAny();
        parts.add(plain.toString());
        return new Template(parts);
    }

    /** The brace that closes the one at a place; braces inside of it, as of a map, come in pairs. */
    private static int end(String path, String text, int start) throws StepException {
        int depth = 0;
        for (int i = start; i < text.length(); i++) {
            depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw StepException.at(path, "the brace in '" + text + "' is not closed; write {{ for a plain one");
    }

    boolean usesValue() {
        return usesValue;
    }

    /** The text with something short in the place of each expression. */
    String sample() {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part instanceof Expression ? "x" : part));
        return text.toString();
    }

    String text(Message message) {
        StringBuilder text = new StringBuilder();
        for (Object part : parts) {
            text.append(part instanceof Expression expression ? expression.text(message) : part);
        }
        return text.toString();
    }
}
