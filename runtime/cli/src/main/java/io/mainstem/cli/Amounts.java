package io.mainstem.cli;

import io.mainstem.api.Option;
import java.time.Duration;

/** Sizes, times and numbers as they are typed, with their limits. */
final class Amounts {

    private Amounts() {}

    static long size(String option, String text, long min, long max) {
        try {
            return Option.size("size", min, max).parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong(option, text, e);
        }
    }

    static Duration time(String option, String text) {
        try {
            return Option.duration("time", Duration.ZERO, Duration.ofMinutes(1)).parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong(option, text, e);
        }
    }

    private static CommandException wrong(String option, String text, IllegalArgumentException why) {
        return CommandException.usage(option + " is '" + text + "'; it " + why.getMessage());
    }

    static void inRange(String option, long number, long min, long max) {
        if (number < min || number > max) {
            throw CommandException.usage(option + " is " + number + "; it must be from " + min + " to " + max);
        }
    }
}
