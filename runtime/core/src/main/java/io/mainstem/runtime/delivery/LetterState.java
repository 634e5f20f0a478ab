package io.mainstem.runtime.delivery;

import java.util.Locale;

/** What became of a dead letter. */
public enum LetterState {
    /** Nothing yet. */
    OPEN,
    /** It was sent to its sink, or through the steps of its source, again. If it fails there again, it is open again. */
    REPLAYED,
    /** A person has said that nothing is to be done with it. */
    DROPPED,
    /** It was none: what had failed was not the record, which was then written. */
    WITHDRAWN;

    /** As it is written. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static LetterState of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
