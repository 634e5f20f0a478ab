package io.mainstem.runtime.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which of some names was meant. */
public final class Nearest {

    /** More names than this are not read in a line. */
    private static final int LISTED_MAX = 20;

    private Nearest() {}

    /** A question to put behind a problem, such as {@code ; did you mean 'topic'?}, or the empty text. */
    public static String hint(String written, Collection<String> names) {
        return of(written, names).map(name -> "; did you mean '" + name + "'?").orElse("");
    }

    /** The same, or if no name is near and they are few enough to be read, all of them: {@code ; there are key, topic}. */
    public static String hintOrAll(String written, Collection<String> names) {
        String hint = hint(written, names);
        return hint.isEmpty() && !names.isEmpty() && names.size() <= LISTED_MAX
                ? "; there are " + String.join(", ", names)
                : hint;
    }

    /** The name that is few typing mistakes away, if there is one. */
    public static Optional<String> of(String written, Collection<String> names) {
        int most = Math.max(1, written.length() / 3);
        return names.stream()
                .filter(name -> distance(written, name) <= most)
                .min(Comparator.comparingInt((String name) -> distance(written, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
    static int distance(String from, String to) {
        int[][] steps = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                steps[i][j] = i == 0 || j == 0 ? i + j : cheapest(steps, from, to, i, j);
            }
        }
        return steps[from.length()][to.length()];
    }

    private static int cheapest(int[][] steps, String from, String to, int i, int j) {
        int replaced = steps[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(best, steps[i - 2][j - 2] + 1) : best;
    }
}
