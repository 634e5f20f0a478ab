package io.mainstem.runtime.transform;

/**
 * Something that is wrong with a step, at a place of what the step was given.
 *
 * @param path where it is in the step's options: the option's name, then names of maps and numbers of lists with dots between;
 *     with {@link #KEY} behind it when it is the name of a map's entry; or {@link #ON} with a number
 * @param line the line in the text there, from 1
 * @param column the column in that line, from 1
 * @param message what is wrong, and what to do
 */
public record StepProblem(String path, int line, int column, String message) {

    /** Behind a path: the name, not the value. */
    public static final String KEY = "#";

    /** In front of a number: that name of {@code on}, which is beside the options. */
    public static final String ON = "#on.";

    /** With a name of {@code on}, by its number from 0. */
    public static StepProblem on(int index, String message) {
        return at(ON + index, message);
    }

    /** With a value as a whole. */
    static StepProblem at(String path, String message) {
        return new StepProblem(path, 1, 1, message);
    }
}
