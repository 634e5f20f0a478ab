package io.mainstem.runtime.worker;

import io.mainstem.api.StreamSchema;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the messages of a stream leave a source.
 *
 * @param stream the stream as the source has it
 * @param direct the way to its topic, when there are no steps
 * @param steps the steps, when there are some
 */
record StreamWay(
        StreamSchema stream,
        @Nullable StreamRoute direct,
        @Nullable SourceSteps steps) {

    /** The one way into the one topic, where {@link #changesKey} is empty. */
    StreamRoute only() {
        return direct != null ? direct : Objects.requireNonNull(steps, "steps").only();
    }

    /** The step that keeps rows from coming out each as one with its own key, if there is one. */
    Optional<String> changesKey() {
        return steps == null ? Optional.empty() : steps.changesKey();
    }

    /** Records without a key go to the next partition from now on. */
    void nextPartition() {
        if (direct != null) {
            direct.nextPartition();
        }
        if (steps != null) {
            steps.nextPartition();
        }
    }
}
