package io.mainstem.runtime.delivery;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A dead letter as it stands in its topic, without the bytes of the record: those are read by {@link DeadLetters#content}.
 *
 * @param topic the dead letter topic
 * @param topicId the topic's identity
 * @param offset where its last copy stands
 * @param head the letter without its bytes
 * @param state what became of it
 * @param edited when its value was corrected, if it was
 */
public record Letter(
        String topic, UUID topicId, long offset, DeadLetter head, LetterState state, Optional<Instant> edited) {

    /** What it is known by. */
    public String id() {
        return head.id();
    }

    /** Whose it is. */
    public DeadLetter.Owner owner() {
        return head.owner();
    }
}
