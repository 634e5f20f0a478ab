package io.mainstem.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a source found to read. Immutable. */
public final class Discovery {

    private final List<StreamSchema> streams;
    private final List<Split> splits;
    private final Optional<Duration> again;

    private Discovery(List<StreamSchema> streams, List<Split> splits, Optional<Duration> again) {
        this.streams = List.copyOf(streams);
        this.splits = List.copyOf(splits);
        this.again = again;
    }

    /**
     * These splits to read now, known ones among them: a split that is left out is not read. No need to look again before
     * the next start.
     *
     * @param streams the streams of those splits; one that is known already may be left out, and one that is
     *     declared otherwise than before is changed
     */
    public static Discovery of(List<StreamSchema> streams, List<Split> splits) {
        return new Discovery(streams, splits, Optional.empty());
    }

    /** The same, and look again after this time when the source runs continuously. */
    public Discovery andAgainAfter(Duration interval) {
        return new Discovery(streams, splits, Optional.of(interval));
    }

    /** The streams. */
    public List<StreamSchema> streams() {
        return streams;
    }

    /** The splits. */
    public List<Split> splits() {
        return splits;
    }

    /** When to look again. */
    public Optional<Duration> again() {
        return again;
    }
}
