package io.mainstem.log;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A group whose unread records are kept in the topics that ask for it ({@link TopicSettings#keepUnread()}).
 *
 * @param topics the names of the topics that it reads
 * @param until until when its unread records are kept, for a group that is live no more; empty for one that is
 */
public record LiveGroup(Set<String> topics, Optional<Instant> until) {

    /** Takes a copy of the names. */
    public LiveGroup {
        topics = Set.copyOf(topics);
    }
}
