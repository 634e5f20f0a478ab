package io.mainstem.runtime.pipeline;

import java.util.List;
import java.util.Optional;

/** A value of a YAML file with the place where it stands. Scalars are text: nothing guesses a type. */
sealed interface YamlNode {

    /** Where it starts. */
    Place place();

    /** What it is, in words that follow "not". */
    String kind();

    /**
     * A scalar.
     *
     * @param text the text, with its placeholders resolved
     * @param outside what the placeholders brought in
     * @param state whether the text can be used
     * @param content where its first character stands: behind a quote, or below the sign of a block
     * @param columns of a quoted one, where the characters of its first line stand and what ends it; others follow one another
     */
    record Text(Place place, String text, List<String> outside, State state, Place content, List<Integer> columns)
            implements YamlNode {

        Text(Place place, String text, List<String> outside, State state) {
            this(place, text, outside, state, place, List.of());
        }

        Text withContent(Place begin, List<Integer> quoted) {
            return new Text(place, text, outside, state, begin, quoted);
        }

        /** Whether a scalar has text. */
        enum State {
            /** It has. */
            WRITTEN,
            /** Nothing stands behind the key. */
            MISSING,
            /** A placeholder in it could not be resolved, which has been reported. */
            UNRESOLVED
        }

        @Override
        public String kind() {
            return state == State.MISSING ? "nothing" : "one value";
        }
    }

    /** A sequence. */
    record Items(Place place, List<YamlNode> items) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A mapping, in the order of the file; of a key that is there twice, the first. */
    record Fields(Place place, List<Entry> entries) implements YamlNode {

        Optional<Entry> entry(String key) {
            return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
        }

        @Override
        public String kind() {
            return "a map";
        }
    }

    /** A key of a mapping, where it stands, and its value. */
    record Entry(Place place, String key, YamlNode value) {}
}
