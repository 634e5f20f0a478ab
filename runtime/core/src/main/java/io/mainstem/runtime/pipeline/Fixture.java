package io.mainstem.runtime.pipeline;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What was recorded of one source: what it asked another system, and what that answered, in their order.
 *
 * @param file the file that it is kept in
 * @param source the name of the source
 * @param connector the name of its connector
 * @param time the time that the source took for now
 * @param limit how many records of each stream were read at most
 * @param exchanges what was asked and answered
 */
public record Fixture(Path file, String source, String connector, Instant time, int limit, List<Exchange> exchanges) {

    /** The most records of a stream that may be asked for: a person reads them. */
    public static final int LIMIT_MAX = 10_000;

    /** Checks that all is there, and copies the list. */
    public Fixture {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(connector, "connector");
        Objects.requireNonNull(time, "time");
        exchanges = List.copyOf(exchanges);
    }

    /**
     * A request and its answer, both of text, numbers, booleans, lists and maps.
     *
     * @param request what makes it this request and no other
     * @param answer what came of it
     * @param place where it stands: {@code file:line:column}
     */
    public record Exchange(Map<String, Object> request, Map<String, Object> answer, String place) {}
}
