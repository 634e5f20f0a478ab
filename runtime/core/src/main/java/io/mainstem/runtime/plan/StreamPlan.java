package io.mainstem.runtime.plan;

import io.mainstem.api.Plan;
import io.mainstem.api.Position;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.worker.Failure;
import java.util.List;
import java.util.Optional;

/**
 * What a source will do to read one of its streams.
 *
 * @param schema the stream, as the source declares it
 * @param topics the topics that its records go to
 * @param starts from where its splits are read, the first {@value #STARTS_MAX} of them
 * @param splits how many splits it has to read
 * @param plan what the connector says, if it does
 * @param sample the first rows
 * @param steps what the transforms do to these rows
 * @param warnings what a person should know
 * @param failure why it could not be planned, or will not run
 */
public record StreamPlan(
        StreamSchema schema,
        List<String> topics,
        List<Start> starts,
        int splits,
        Optional<Plan> plan,
        RowSample sample,
        List<StepTrace> steps,
        List<String> warnings,
        Optional<Failure> failure) {

    /** So many splits are named. */
    public static final int STARTS_MAX = 10;

    /** Copies the lists. */
    public StreamPlan {
        topics = List.copyOf(topics);
        starts = List.copyOf(starts);
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    /**
     * Where the reading of a split begins.
     *
     * @param split its id
     * @param position what is stored of it; nothing when it is read from its beginning
     */
    public record Start(String split, Optional<Position> position) {}
}
