package io.mainstem.runtime.expression;

import java.util.List;
import java.util.stream.Collectors;

/** An expression that cannot be used, with everything that is wrong with it. */
public final class ExpressionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Mistake> mistakes;

    /**
     * Something wrong at a place of the text.
     *
     * @param line the line in the text, from 1
     * @param column the column, from 1
     * @param message what is wrong, and what to do
     */
    public record Mistake(int line, int column, String message) {

        boolean isAt(Mistake other) {
            return line == other.line && column == other.column;
        }
    }

    ExpressionException(List<Mistake> mistakes) {
        super(mistakes.stream().map(Mistake::message).collect(Collectors.joining("; ")));
        this.mistakes = List.copyOf(mistakes);
    }

    /** What is wrong, at least one. */
    public List<Mistake> mistakes() {
        return mistakes;
    }
}
