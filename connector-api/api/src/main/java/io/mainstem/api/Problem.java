package io.mainstem.api;

import java.util.Optional;

/**
 * Something that is wrong with a configuration, in words for the person who wrote it: what is wrong and what to do.
 * Immutable.
 */
public final class Problem {

    private final Optional<String> option;
    private final String message;

    private Problem(Optional<String> option, String message) {
        this.option = option;
        this.message = message;
    }

    /** A problem with the value of one option. */
    public static Problem at(Option<?> option, String message) {
        return new Problem(Optional.of(option.name()), message);
    }

    /** A problem with the configuration as a whole. */
    public static Problem of(String message) {
        return new Problem(Optional.empty(), message);
    }

    /** The name of the option, if it is one option's. */
    public Optional<String> option() {
        return option;
    }

    /** What is wrong, and what to do. */
    public String message() {
        return message;
    }

    @Override
    public String toString() {
        return option.map(name -> name + ": " + message).orElse(message);
    }
}
