package io.mainstem.runtime.plan;

import io.mainstem.api.Message;
import java.util.List;
import java.util.Optional;

/**
 * What a transform made of one message.
 *
 * @param step its name
 * @param in what it was given
 * @param out what it gave: none when it left the message out
 * @param failure why it failed
 */
public record StepTrace(String step, Message in, List<Message> out, Optional<String> failure) {

    /** Copies the list. */
    public StepTrace {
        out = List.copyOf(out);
    }
}
