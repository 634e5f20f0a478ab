package io.mainstem.runtime.compare;

import io.mainstem.runtime.scan.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What a comparison has found.
 *
 * @param pairs each side with what it is compared with
 */
public record CompareReport(List<Pair> pairs) {

    /** Copies the list. */
    public CompareReport {
        pairs = List.copyOf(pairs);
    }

    /** Whether all sides could be compared, and are equal. */
    public boolean isEqual() {
        return pairs.stream().allMatch(Pair::isEqual);
    }

    /** Whether a side could not be compared. */
    public boolean hasFailed() {
        return pairs.stream().anyMatch(pair -> pair.failure().isPresent());
    }

    /**
     * The rows of one side.
     *
     * @param name what it is
     * @param rows how many there are
     * @param digest that of all of them
     */
    public record Rows(String name, long rows, Digest digest) {}

    /**
     * Two sides.
     *
     * @param pipeline the pipeline
     * @param expected the side that the rows come from
     * @param actual the side that they go to
     * @param found what is not equal
     * @param notCompared the fields that are left out
     * @param failure why the sides could not be compared
     */
    public record Pair(
            String pipeline,
            Rows expected,
            Rows actual,
            Differences found,
            List<Omission> notCompared,
            Optional<String> failure) {

        /** Copies the list. */
        public Pair {
            notCompared = List.copyOf(notCompared);
        }

        /** Whether they are equal. */
        public boolean isEqual() {
            return failure.isEmpty() && found.isNone();
        }
    }

    /**
     * A field that is not compared.
     *
     * @param field its name
     * @param why in a few words
     */
    public record Omission(String field, String why) {}

    /**
     * What is not equal.
     *
     * @param missing how many rows the other side has not
     * @param extra how many only the other side has
     * @param different how many have other values there
     * @param changing how many changed each time they were looked at, so that nothing can be said of them
     * @param unchecked how many of the differences were seen once and not looked at again, because there are so many
     * @param unreadable how many rows could not be compared: they have no key, or a step or codec fails for them
     * @param whyUnreadable of the first of those, which it is and why
     * @param listed some of the differences
     */
    public record Differences(
            long missing,
            long extra,
            long different,
            long changing,
            long unchecked,
            long unreadable,
            Optional<String> whyUnreadable,
            List<Difference> listed) {

        /** None. */
        public static final Differences NONE = new Differences(0, 0, 0, 0, 0, 0, Optional.empty(), List.of());

        /** Copies the list. */
        public Differences {
            listed = List.copyOf(listed);
        }

        /** Whether there are none. */
        public boolean isNone() {
            return areReadRowsEqual() && unreadable == 0;
        }

        /** Whether those rows are equal that could be read. */
        public boolean areReadRowsEqual() {
            return missing + extra + different + changing == 0;
        }
    }

    /** In what a row is not equal. */
    public enum Kind {
        /** The other side does not have it. */
        MISSING,
        /** Only the other side has it. */
        EXTRA,
        /** Its values are others. */
        DIFFERENT,
        /** It changed each time it was looked at. */
        CHANGING
    }

    /**
     * A row that is not equal.
     *
     * @param key its key as it is on the topic
     * @param fields the fields whose values differ
     */
    public record Difference(Kind kind, String key, List<String> fields) {

        /** Copies the list. */
        public Difference {
            fields = List.copyOf(fields);
        }
    }
}
