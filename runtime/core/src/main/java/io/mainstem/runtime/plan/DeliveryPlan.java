package io.mainstem.runtime.plan;

import io.mainstem.api.Plan;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.worker.Failure;
import java.util.List;
import java.util.Optional;

/**
 * What a sink will do with a topic.
 *
 * @param topic the topic
 * @param starts from where it reads each partition; none when the topic is not there yet
 * @param schema what comes to the sink, behind its transforms, if that can be told
 * @param plan what the connector says, if it does
 * @param sample the rows that come to it, behind its transforms
 * @param steps what its transforms do to the rows
 * @param warnings what a person should know
 * @param failure why it could not be planned, or will not run
 */
public record DeliveryPlan(
        String topic,
        List<Start> starts,
        Optional<StreamSchema> schema,
        Optional<Plan> plan,
        RowSample sample,
        List<StepTrace> steps,
        List<String> warnings,
        Optional<Failure> failure) {

    /** Copies the lists. */
    public DeliveryPlan {
        starts = List.copyOf(starts);
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    /** How many offsets there are to read now. */
    public long lag() {
        return starts.stream().mapToLong(start -> start.end() - start.from()).sum();
    }

    /**
     * Where the reading of a partition begins.
     *
     * @param partition its number
     * @param from the next offset, as the group has committed it, or the beginning
     * @param end the end now
     * @param isCommitted whether the group has committed it
     */
    public record Start(int partition, long from, long end, boolean isCommitted) {}
}
