package io.mainstem.runtime.expression;

import io.mainstem.runtime.text.Nearest;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what the library says of an expression into words for the person who wrote it. */
final class CelMessages {

    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*");
    private static final Pattern OVERLOAD =
            Pattern.compile("found no matching overload for '([^']*)' applied to '([^']*?)\\.?\\((.*)\\)'");
    private static final Pattern SYNTAX = Pattern.compile("Syntax error: (.*?) expecting .*");
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

    private final Scope scope;

    CelMessages(Scope scope) {
        this.scope = scope;
    }

    String forPeople(String message) {
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            return unknownVariable(undeclared.group(1));
        }
        Matcher overload = OVERLOAD.matcher(message);
        if (overload.matches()) {
            return wrongTypes(overload.group(1), overload.group(2), overload.group(3));
        }
        Matcher syntax = SYNTAX.matcher(message.replace('\n', ' '));
        return syntax.matches() ? "this is no expression: " + syntax.group(1).replace("<EOF>", "the end") : message;
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
        return "there is no variable or function '" + name + "'"
                + (!hint.isEmpty() ? hint : inRow.isEmpty() ? otherwise : inRow);
    }

    private static String wrongTypes(String function, String target, String arguments) {
        String operator = OPERATORS.getOrDefault(function, function);
        String types = types((target.isEmpty() ? "" : target + ", ") + arguments);
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
