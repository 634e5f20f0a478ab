package io.mainstem.connectors.http.client;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is wrong with a text that should be JSON, and where, for a person who knows JSON and not the library that reads it. */
public final class JsonProblem {

    private static final Pattern FOUND =
            Pattern.compile("^(?:Unexpected character \\((.{1,12}?) \\(code|Unrecognized token ('[^']{0,40}'))");

    /** By words of the library: what has how many of what at most. */
    private static final Map<String, String> LIMITS = Map.of(
            "nesting depth", "it is nested deeper than %s levels",
            "String value length", "a text in it has more than %s characters",
            "String length", "a text in it has more than %s characters",
            "Number value length", "a number in it has more than %s digits",
            "Number length", "a number in it has more than %s digits",
            "Name length", "a name in it has more than %s characters",
            "Name value length", "a name in it has more than %s characters");

    private static final Pattern TWICE = Pattern.compile("Duplicate field '(.{0,200}).*'", Pattern.DOTALL);

    private static final Pattern MOST = Pattern.compile("maximum allowed \\(([0-9]+)");

    private JsonProblem() {}

    /** One clause, such as "it ends before it is complete (line 1, column 7)". */
    public static String of(JsonProcessingException problem) {
        String said = String.valueOf(problem.getOriginalMessage());
        return (problem instanceof StreamConstraintsException ? limit(said) : mistake(problem, said))
                + place(problem.getLocation());
    }

    private static String limit(String said) {
        Matcher most = MOST.matcher(said);
        return LIMITS.entrySet().stream()
                .filter(limit -> said.contains(limit.getKey()))
                .findFirst()
                .map(limit -> limit.getValue().replace("%s", most.find() ? most.group(1) : "the allowed number of"))
                .orElse("a part of it is larger than is read");
    }

    private static String mistake(JsonProcessingException problem, String said) {
        if (problem instanceof JsonEOFException) {
            return "it ends before it is complete";
        }
        if (said.startsWith("Invalid UTF-8")) {
            return "it has bytes that are not UTF-8";
        }
        Matcher twice = TWICE.matcher(said);
        if (twice.matches()) {
            return "an object has two members '" + twice.group(1) + "', and only one can be meant";
        }
        Matcher found = FOUND.matcher(said);
        if (!found.find()) {
            return "it is not JSON";
        }
        @Nullable String character = found.group(1);
        return "there is " + (character == null ? found.group(2) : character) + " where JSON cannot have it";
    }

    private static String place(@Nullable JsonLocation place) {
        return place == null || place.getLineNr() < 1
                ? ""
                : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
    }
}
