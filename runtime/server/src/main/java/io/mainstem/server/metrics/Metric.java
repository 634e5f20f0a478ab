package io.mainstem.server.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A family of numbers of one meaning. Immutable.
 *
 * @param name its name, with the unit last; for a counter without {@code _total}
 * @param type what kind of numbers
 * @param help what they mean, a sentence
 * @param labels the names of what tells its numbers apart
 */
public record Metric(String name, Type type, String help, List<String> labels) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    /** The kinds of numbers. */
    public enum Type {
        /** It only rises, from zero at the start of the process. */
        COUNTER,
        /** It rises and falls. */
        GAUGE,
        /** How often something took how long. */
        HISTOGRAM
    }

    /** Checks names and help, and copies the list. */
    public Metric {
        labels = List.copyOf(labels);
        if (!NAME.matcher(name).matches() || name.endsWith("_total") || help.isBlank()) {
            throw new IllegalArgumentException("metric '" + name + "' has no right name or no help");
        }
    }

    /** A counter. */
    public static Metric counter(String name, String help, String... labels) {
        return new Metric(name, Type.COUNTER, help, Arrays.asList(labels));
    }

    /** A gauge. */
    public static Metric gauge(String name, String help, String... labels) {
        return new Metric(name, Type.GAUGE, help, Arrays.asList(labels));
    }

    /** A histogram. */
    public static Metric histogram(String name, String help, String... labels) {
        return new Metric(name, Type.HISTOGRAM, help, Arrays.asList(labels));
    }

    /** The names of its lines. */
    public List<String> lines() {
        return switch (type) {
            case COUNTER -> List.of(name + "_total");
            case GAUGE -> List.of(name);
            case HISTOGRAM -> List.of(name + "_bucket", name + "_sum", name + "_count");
        };
    }
}
