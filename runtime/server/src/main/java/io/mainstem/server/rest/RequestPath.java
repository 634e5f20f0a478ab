package io.mainstem.server.rest;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes the target of a request apart, and refuses what no route could mean. */
final class RequestPath {

    /** What stands between two slashes: the names of topics, pipelines and groups have no other characters. */
    static final String SEGMENT = "[A-Za-z0-9._-]{1,249}";

    private static final Pattern PATH = Pattern.compile("(?:/" + SEGMENT + ")+");
    private static final Pattern QUERY =
            Pattern.compile("[A-Za-z0-9-]+=[A-Za-z0-9._:-]*(?:&[A-Za-z0-9-]+=[A-Za-z0-9._:-]*)*");
    private static final int CHARACTERS_MAX = 1024;

    private RequestPath() {}

    /**
     * The parts between the slashes, as they were sent.
     *
     * @throws Problem when one has another character, or could climb out of a folder
     */
    static List<String> segments(String rawPath) {
        if (rawPath.length() > CHARACTERS_MAX || !PATH.matcher(rawPath).matches()) {
            throw bad();
        }
        List<String> segments = Arrays.asList(rawPath.substring(1).split("/"));
        if (segments.contains(".") || segments.contains("..")) {
            throw bad();
        }
        return segments;
    }

    private static Problem bad() {
        return Problem.badRequest(
                "the path has something else than names between its slashes",
                "names have the characters A-Z a-z 0-9 . _ -, at most 249 of them, are neither . nor .., and nothing is escaped");
    }

    /** The parameters of a query; each is there once. */
    static Map<String, String> query(@Nullable String rawQuery) {
        Map<String, String> values = new LinkedHashMap<>();
        if (rawQuery == null || rawQuery.isEmpty()) {
            return values;
        }
        if (rawQuery.length() > CHARACTERS_MAX || !QUERY.matcher(rawQuery).matches()) {
            throw badQuery();
        }
        for (String pair : rawQuery.split("&")) {
            int split = pair.indexOf('=');
            if (values.put(pair.substring(0, split), pair.substring(split + 1)) != null) {
                throw badQuery();
            }
        }
        return values;
    }

    private static Problem badQuery() {
        return Problem.badRequest(
                "what follows the question mark is not understood",
                "write name=value, each name once, nothing escaped");
    }
}
