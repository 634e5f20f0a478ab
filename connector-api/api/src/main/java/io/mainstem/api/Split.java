package io.mainstem.api;

import java.util.List;
import java.util.Objects;

/**
 * A part of a source that is read on its own, from a position of its own: a table or a key range of it, a file, an
 * endpoint. The unit of parallelism and of resuming. Immutable; stored by the runtime before it is first read.
 */
public final class Split {

    private final String id;
    private final String stream;
    private final Position spec;
    private final List<String> after;

    private Split(String id, String stream, Position spec, List<String> after) {
        this.id = Objects.requireNonNull(id, "id");
        this.stream = stream;
        this.spec = spec;
        this.after = List.copyOf(after);
        if (id.isEmpty() || id.length() > 1000) {
            throw new IllegalArgumentException("the id of a split must have 1 to 1,000 characters, not " + id.length());
        }
    }

    /**
     * A split.
     *
     * @param id names it for ever: the same part has the same id at every discovery
     * @param stream the stream that its messages belong to
     */
    public static Split of(String id, String stream) {
        return new Split(id, stream, Position.of(java.util.Map.of()), List.of());
    }

    /** The same with what a reader needs to know of it, such as the bounds of a key range. */
    public Split withSpec(Position newSpec) {
        return new Split(id, stream, newSpec, after);
    }

    /** The same, to be read only when those splits are finished. */
    public Split readAfter(List<String> splitIds) {
        return new Split(id, stream, spec, splitIds);
    }

    /** The id. */
    public String id() {
        return id;
    }

    /** The stream that its messages belong to. */
    public String stream() {
        return stream;
    }

    /** What a reader needs to know of it. */
    public Position spec() {
        return spec;
    }

    /** The ids of the splits that must be finished first. */
    public List<String> after() {
        return after;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Split that
                && id.equals(that.id)
                && stream.equals(that.stream)
                && spec.equals(that.spec)
                && after.equals(that.after);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id;
    }
}
