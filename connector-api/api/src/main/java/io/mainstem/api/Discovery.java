package io.mainstem.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a source found to read. Immutable. */
public final class Discovery {

    /**
     * How deletes are found.
     *
     * @param every the time between two scans
     * @param limit the share of the topic's keys, from 0 to 1, that may be gone in one scan: with more, nothing is deleted and the source
     *     stops, since a table that was emptied or a wrong filter is the likelier cause. Few rows may always be gone, unless none is left; 1: all
     *     may be gone
     */
    public record Deletes(Duration every, double limit) {

        /** Checks that there is a time, and that the limit is a share. */
        public Deletes {
            Objects.requireNonNull(every, "every");
            if (!(limit >= 0 && limit <= 1)) {
                throw new IllegalArgumentException("the limit must be a share from 0 to 1, not " + limit);
            }
        }
    }

    private final List<StreamSchema> streams;
    private final List<Split> splits;
    private final Optional<Duration> again;
    private final Map<String, Deletes> findDeletes;

    private Discovery(
            List<StreamSchema> streams,
            List<Split> splits,
            Optional<Duration> again,
            Map<String, Deletes> findDeletes) {
        this.streams = List.copyOf(streams);
        this.splits = List.copyOf(splits);
        this.again = again;
        this.findDeletes = Map.copyOf(findDeletes);
    }

    /**
     * These splits to read now, known ones among them: a split that is left out is not read. No need to look again before
     * the next start.
     *
     * @param streams the streams of those splits; one that is known already may be left out, and one that is
     *     declared otherwise than before is changed
     */
    public static Discovery of(List<StreamSchema> streams, List<Split> splits) {
        return new Discovery(streams, splits, Optional.empty(), Map.of());
    }

    /** The same, and look again after this time when the source runs continuously. */
    public Discovery andAgainAfter(Duration interval) {
        return new Discovery(streams, splits, Optional.of(interval), findDeletes);
    }

    /**
     * The same, and find out what was deleted: every so often the runtime scans the keys of these streams, of a source that is {@link
     * Scannable}, and sends a {@link Operation#DELETE} for each key that is in the stream's topic and not in the source any more. A run
     * that ends does so at its end, when that time has passed since the last.
     *
     * @param how how often, and how many may be gone, by the name of the stream; those streams must have a key
     */
    public Discovery andFindDeletes(Map<String, Deletes> how) {
        return new Discovery(streams, splits, again, how);
    }

    /** The streams. */
    public List<StreamSchema> streams() {
        return streams;
    }

    /** The splits. */
    public List<Split> splits() {
        return splits;
    }

    /** How to find out what was deleted, by stream. */
    public Map<String, Deletes> findDeletes() {
        return findDeletes;
    }

    /** When to look again. */
    public Optional<Duration> again() {
        return again;
    }
}
