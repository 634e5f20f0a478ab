package io.mainstem.runtime.worker;

import io.mainstem.api.StreamSchema;
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
