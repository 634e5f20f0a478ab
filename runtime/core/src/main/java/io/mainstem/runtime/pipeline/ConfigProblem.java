package io.mainstem.runtime.pipeline;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;

/**
 * Something that is wrong in a file, at the place where it stands.
 *
 * @param file the file, as it was named
 * @param line the line, from 1
 * @param column the column, from 1
 * @param message what is wrong, and what to do
 */
public record ConfigProblem(Path file, int line, int column, String message) implements Comparable<ConfigProblem> {

    private static final Comparator<ConfigProblem> BY_PLACE = Comparator.comparing(ConfigProblem::file)
            .thenComparingInt(ConfigProblem::line)
            .thenComparingInt(ConfigProblem::column)
            .thenComparing(ConfigProblem::message);

    /** Checks that all is there. */
    public ConfigProblem {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(message, "message");
    }

    @Override
    public int compareTo(ConfigProblem other) {
        return BY_PLACE.compare(this, other);
    }

    /** As compilers print it, which editors turn into a link: {@code file:line:column: message}. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
