package io.mainstem.log;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A group whose unread records are kept in the topics that ask for it ({@link TopicSettings#keepUnread()}).
 *
 * @param topics the topics that it reads, as {@link TopicSelection} has them
 * @param until until when its unread records are kept, for a group that is live no more; empty for one that is
 */
public record LiveGroup(Set<String> topics, Optional<Instant> until) {

    /** Takes a copy of the names. */
    public LiveGroup {
        topics = Set.copyOf(topics);
    }

    /** Whether it reads a topic. */
    public boolean reads(String topic) {
        return TopicSelection.of(topics).contains(topic);
    }
}
