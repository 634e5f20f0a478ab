package io.mainstem.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a source found to read. Immutable. */
public final class Discovery {

    private final List<StreamSchema> streams;
    private final List<Split> splits;
    private final Optional<Duration> again;
    private final Map<String, Duration> findDeletes;

    private Discovery(
            List<StreamSchema> streams,
            List<Split> splits,
            Optional<Duration> again,
            Map<String, Duration> findDeletes) {
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
     * @param intervals the time between two scans, by the name of the stream; those streams must have a key
     */
    public Discovery andFindDeletes(Map<String, Duration> intervals) {
        return new Discovery(streams, splits, again, intervals);
    }

    /** The streams. */
    public List<StreamSchema> streams() {
        return streams;
    }

    /** The splits. */
    public List<Split> splits() {
        return splits;
    }

    /** How often to find out what was deleted, by stream. */
    public Map<String, Duration> findDeletes() {
        return findDeletes;
    }

    /** When to look again. */
    public Optional<Duration> again() {
        return again;
    }
}
