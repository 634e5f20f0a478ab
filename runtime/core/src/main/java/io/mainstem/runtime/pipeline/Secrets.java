package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The values that nobody may see: those of secret options, and what placeholders in text brought in from outside, which
 * may be a password inside a URL. Immutable and thread-safe.
 *
 * <p>None is shorter than {@link #SHORTEST} characters: to mask one letter wherever it stands makes messages unreadable, and
 * shows which letter it is. So a shorter one is refused in a secret option, and is taken for no secret elsewhere.
 */
public final class Secrets {

    /** What stands in the place of a secret. */
    public static final String MASK = "***";

    /** The fewest characters of a secret, not counting blanks around it. */
    static final int SHORTEST = 4;

    private static final Secrets NONE = new Secrets(List.of());

    /** Longest first: a secret that contains another must go as a whole. */
    private final List<String> values;

    private Secrets(List<String> values) {
        this.values = values;
    }

    /** No secrets. */
    public static Secrets none() {
        return NONE;
    }

    /** Whether a value, other than the empty text, is too short to be masked. */
    static boolean isTooShort(String value) {
        return !value.isEmpty() && value.strip().length() < SHORTEST;
    }

    /** These values. Those that are too short, and the empty text, are none. */
    public static Secrets of(Collection<String> values) {
        List<String> forms = new ArrayList<>();
        for (String value : values) {
            if (!value.isEmpty() && !isTooShort(value)) {
                forms.add(value);
                forms.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
                forms.add(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
                forms.add(new String(JsonStringEncoder.getInstance().quoteAsString(value)));
            }
        }
        return ofForms(forms);
    }

    private static Secrets ofForms(Collection<String> forms) {
        Set<String> sorted = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        sorted.addAll(forms);
        return sorted.isEmpty() ? NONE : new Secrets(List.copyOf(sorted));
    }

    /** The secrets of both. */
    public Secrets and(Secrets other) {
        List<String> both = new ArrayList<>(values);
        both.addAll(other.values);
        return ofForms(both);
    }

    /** The text with a mask in the place of each secret, plain or as it looks in a URL or in JSON. */
    public String scrub(String text) {
        String clean = text;
        for (String value : values) {
            clean = clean.replace(value, MASK);
        }
        return clean;
    }

    /** The values, and what they look like in a URL and in JSON. */
    List<String> values() {
        return values;
    }

    /** How many there are; never which. */
    @Override
    public String toString() {
        return values.isEmpty() ? "no secrets" : "secrets";
    }
}
