package io.mainstem.runtime.transform;

import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last record of each key of a topic, for look-ups. One thread. */
public interface Table {

    /** The schema of its rows; empty while the topic never had one. */
    Optional<Schema> schema();

    /**
     * The row of a key, or null when there is none. The first call comes back when all is read that was in the topic then; later ones
     * take up what came since from time to time.
     *
     * @param key the key as it is written on the topic
     */
    @Nullable
    Row find(String key) throws Exception;
}
