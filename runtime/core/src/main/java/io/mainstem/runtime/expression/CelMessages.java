package io.mainstem.runtime.expression;

import io.mainstem.runtime.text.Nearest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns what the library says of an expression into words for the person who wrote it. */
final class CelMessages {

    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*");
    private static final Pattern OVERLOAD =
            Pattern.compile("found no matching overload for '([^']*)' applied to '(?:(.+)\\.)?\\((.*)\\)'");
    private static final Pattern SYNTAX = Pattern.compile("Syntax error: (.*?) expecting .*");
    private static final Pattern RESERVED = Pattern.compile("Syntax error: missing IDENTIFIER at '(\\w+)'");
    private static final Map<String, String> OPERATORS = Map.ofEntries(
            Map.entry("_&&_", "&&"),
            Map.entry("_||_", "||"),
            Map.entry("!_", "!"),
            Map.entry("_==_", "=="),
            Map.entry("_!=_", "!="),
            Map.entry("_<_", "<"),
            Map.entry("_<=_", "<="),
            Map.entry("_>_", ">"),
            Map.entry("_>=_", ">="),
            Map.entry("_+_", "+"),
            Map.entry("_-_", "-"),
            Map.entry("_*_", "*"),
            Map.entry("_/_", "/"),
            Map.entry("_%_", "%"),
            Map.entry("-_", "-"),
            Map.entry("_[_]", "[]"),
            Map.entry("_?_:_", "? :"),
            Map.entry("@in", "in"));
    private static final List<String> SUMS = List.of("_+_", "_-_", "_*_", "_/_");

    /** Those that stand in front of a bracket, alone or behind a value. */
    private static final List<String> FUNCTIONS = List.of(
            "all",
            "bool",
            "bytes",
            "charAt",
            "contains",
            "double",
            "duration",
            "endsWith",
            "exists",
            "exists_one",
            "filter",
            "getDate",
            "getDayOfMonth",
            "getDayOfWeek",
            "getDayOfYear",
            "getFullYear",
            "getHours",
            "getMilliseconds",
            "getMinutes",
            "getMonth",
            "getSeconds",
            "has",
            "indexOf",
            "int",
            "join",
            "lastIndexOf",
            "lowerAscii",
            "map",
            "matches",
            "replace",
            "size",
            "split",
            "startsWith",
            "string",
            "substring",
            "timestamp",
            "trim",
            "upperAscii");

    private static final int BEGINNING_LEAST = 3;

    private final Scope scope;

    private final String text;

    /**
     * Of an expression in a scope.
     *
     * @param text the expression
     */
    CelMessages(Scope scope, String text) {
        this.scope = scope;
        this.text = text;
    }

    String forPeople(String message) {
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            return isCalled(undeclared.group(1))
                    ? unknownFunction(undeclared.group(1))
                    : unknownVariable(undeclared.group(1));
        }
        Matcher overload = OVERLOAD.matcher(message);
        if (overload.matches()) {
            return wrongTypes(overload.group(1), Objects.requireNonNullElse(overload.group(2), ""), overload.group(3));
        }
        Matcher reserved = RESERVED.matcher(message);
        if (reserved.matches()) {
            String word = reserved.group(1);
            return "'" + word + "' is a word of the language; a field of that name is value[\"" + word + "\"]";
        }
        Matcher syntax = SYNTAX.matcher(message.replace('\n', ' '));
        return syntax.matches()
                ? "this is no expression: " + syntax.group(1).replace("<EOF>", "the end")
                : types(message);
    }

    private String unknownVariable(String name) {
        String field = name.startsWith("value.") ? name.substring("value.".length()) : name;
        if (scope.row().indexOf(field) >= 0) {
            return "there is no variable '" + name + "'; did you mean 'value." + field + "'?";
        }
        String hint = Nearest.hint(name, scope.names());
        String inRow = Nearest.of(
                        field,
                        scope.row().fields().stream().map(each -> each.name()).toList())
                .map(near -> "; did you mean 'value." + near + "'?")
                .orElse("");
        String otherwise = "; there are value, key, headers, operation, stream and time";
        return "there is no variable '" + name + "'" + (!hint.isEmpty() ? hint : inRow.isEmpty() ? otherwise : inRow);
    }

    private boolean isCalled(String name) {
        return Pattern.compile("\\b" + Pattern.quote(name) + "\\s*\\(")
                .matcher(text)
                .find();
    }

    private static String unknownFunction(String name) {
        String meant = Nearest.of(name, FUNCTIONS)
                .or(() -> beginning(name))
                .map(near -> "; did you mean '" + near + "'?")
                .orElseGet(() -> "; there are " + String.join(", ", FUNCTIONS));
        return "there is no function '" + name + "'" + meant;
    }

    /** The first that begins so, or of which this is a longer form. */
    private static Optional<String> beginning(String name) {
        return FUNCTIONS.stream()
                .filter(known -> Math.min(name.length(), known.length()) >= BEGINNING_LEAST)
                .filter(known -> startsWith(known, name) || startsWith(name, known))
                .findFirst();
    }

    private static boolean startsWith(String text, String beginning) {
        return text.regionMatches(true, 0, beginning, 0, beginning.length());
    }

    private static String wrongTypes(String function, String target, String arguments) {
        String operator =
                OPERATORS.getOrDefault(function, NullChoices.functions().getOrDefault(function, function));
        String types = types(Stream.of(target, arguments)
                .filter(operands -> !operands.isEmpty())
                .collect(Collectors.joining(", ")));
        boolean mixed = types.contains("int") && types.contains("double");
        String hint = mixed && SUMS.contains(function)
                ? "; write double(...) around the whole number, or 2.0 for 2"
                : "; convert one with int(...), double(...) or string(...)";
        return "'" + operator + "' does not go with (" + types + ")" + hint;
    }

    private static String types(String types) {
        return types.replaceAll("wrapper\\((\\w+)\\)", "$1")
                .replace("google.protobuf.Timestamp", "timestamp")
                .replace("google.protobuf.Duration", "duration");
    }
}
