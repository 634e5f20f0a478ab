package io.mainstem.api;

import java.util.Collection;
import java.util.Optional;

/** What earlier discoveries of this source have found, as the runtime stored it. */
public interface KnownSplits {

    /** All splits that are stored, finished ones too. */
    Collection<Split> splits();

    /** The stored position of a split, if its reader ever checkpointed. */
    Optional<Position> position(String splitId);

    /** Whether the reader of that split has said that it is at the end. */
    boolean isFinished(String splitId);

    /** A stream as it was declared last. */
    Optional<StreamSchema> stream(String name);
}
