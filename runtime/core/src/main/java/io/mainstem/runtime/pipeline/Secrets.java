package io.mainstem.runtime.pipeline;

import io.mainstem.api.SecretText;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The values that nobody may see: those of secret options, and what placeholders in text brought in from outside, which
 * may be a password inside a URL. Immutable and thread-safe.
 *
 * <p>None is shorter than {@link #SHORTEST} characters: to mask one letter wherever it stands makes messages unreadable, and
 * shows which letter it is. So a shorter one is refused in a secret option, and is taken for no secret elsewhere.
 */
public final class Secrets {

    /** What stands in the place of a secret. */
    public static final String MASK = SecretText.MASK;

    /** The fewest characters of a secret, not counting blanks around it. */
    static final int SHORTEST = 4;

    private static final Secrets NONE = new Secrets(Set.of());

    private final Set<String> values;
    private final SecretText text;

    private Secrets(Set<String> values) {
        this.values = values;
        this.text = SecretText.of(values);
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
        return ofAll(values.stream()
                .filter(value -> !value.isEmpty() && !isTooShort(value))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Secrets ofAll(Set<String> values) {
        return values.isEmpty() ? NONE : new Secrets(Collections.unmodifiableSet(values));
    }

    /** The secrets of both. */
    public Secrets and(Secrets other) {
        Set<String> both = new TreeSet<>(values);
        both.addAll(other.values);
        return ofAll(both);
    }

    /** The text with a mask in the place of each secret, however it is spelled there. */
    public String scrub(String clear) {
        return text.mask(clear);
    }

    /** The values. */
    Set<String> values() {
        return values;
    }

    /** How many there are; never which. */
    @Override
    public String toString() {
        return values.isEmpty() ? "no secrets" : "secrets";
    }
}
