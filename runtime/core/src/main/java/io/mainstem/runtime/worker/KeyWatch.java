package io.mainstem.runtime.worker;

import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.scan.Key;
import io.mainstem.runtime.scan.KeyFilter;
import org.jspecify.annotations.Nullable;

/** Notes the keys that a session publishes to one topic, while it finds out which keys of that topic are gone. One thread. */
final class KeyWatch {

    private @Nullable String topic;
    private @Nullable KeyFilter published;

    /** From now on, and for this topic alone. */
    void begin(String ofTopic) {
        topic = ofTopic;
        published = new KeyFilter();
    }

    void end() {
        topic = null;
        published = null;
    }

    /** The record that a route encoded last was published. */
    void saw(StreamRoute route) {
        KeyFilter filter = published;
        if (filter != null && route.name().equals(topic) && route.hasKey()) {
            EncodeBuffer key = route.key();
            filter.add(key.array(), 0, key.length());
        }
    }

    /** Whether a record of that key may have been published since. */
    boolean mayHaveSeen(Key key) {
        KeyFilter filter = published;
        return filter != null && filter.mayHave(key.bytes(), 0, key.bytes().length);
    }
}
