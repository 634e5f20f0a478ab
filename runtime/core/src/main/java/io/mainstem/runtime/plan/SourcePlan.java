package io.mainstem.runtime.plan;

import io.mainstem.runtime.worker.Failure;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a source will do.
 *
 * @param name its name in the pipeline
 * @param connector its connector
 * @param schedule when it reads
 * @param effect what the plan means for it
 * @param splits how many splits it found to read
 * @param finished how many splits the log knows as read to their end
 * @param streams its streams
 * @param isPlannable whether the connector shows what it will send
 * @param failure why it could not be planned as a whole
 */
public record SourcePlan(
        String name,
        String connector,
        String schedule,
        Effect effect,
        int splits,
        int finished,
        List<StreamPlan> streams,
        boolean isPlannable,
        Optional<Failure> failure) {

    /** Copies the list. */
    public SourcePlan {
        streams = List.copyOf(streams);
    }

    Stream<Failure> failures() {
        return Stream.concat(failure.stream(), streams.stream().flatMap(stream -> stream.failure().stream()));
    }

    Stream<String> warnings() {
        return streams.stream().flatMap(stream -> stream.warnings().stream());
    }
}
