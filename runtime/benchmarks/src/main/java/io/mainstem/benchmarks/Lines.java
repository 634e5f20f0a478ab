package io.mainstem.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;

/** What is measured, as lines of JSON on standard output. */
public final class Lines {

    private Lines() {}

    /** Prints one line: what it is about, then names and values in turn. */
    public static void print(String what, Object... namesAndValues) {
        StringJoiner line = new StringJoiner(", ", "{", "}").add("\"what\": " + quoted(what));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            line.add(quoted(namesAndValues[i].toString()) + ": " + json(namesAndValues[i + 1]));
        }
        System.out.println(line);
    }

    /** Prints the median, the least and the greatest of some figures. */
    public static void printSpread(String what, double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        print(what, "median", median, "min", sorted[0], "max", sorted[sorted.length - 1], "n", sorted.length);
    }

    private static String json(Object value) {
        if (value instanceof Double number) {
            return String.format(Locale.ROOT, "%.3f", number);
        }
        return value instanceof Number || value instanceof Boolean ? value.toString() : quoted(value.toString());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
