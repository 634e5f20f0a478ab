package io.mainstem.runtime.plan;

import io.mainstem.api.Plan;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.worker.Failure;
import java.util.List;
import java.util.Optional;

/**
 * What a sink will do with a topic, or with one of the streams that its transforms make of a topic.
 *
 * @param topic the topic
 * @param starts from where it reads each partition; none when the topic is not there yet
 * @param schema what comes to the sink, behind its transforms, if that can be told
 * @param plan what the connector says, if it does
 * @param sample the rows that come to it, behind its transforms
 * @param isAwaited whether something is to be read now, by the source or by the sink
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
        boolean isAwaited,
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
     * Whether the target is made only when a row comes for it: all that there is was read, and the transforms have left nothing of
     * it. A run that has no more to read makes nothing.
     */
    public boolean isPutOff() {
        boolean isRead = !starts.isEmpty() && starts.stream().allMatch(Start::isCommitted) && !isAwaited;
        boolean isMade =
                plan.filter(found -> found.change() == Plan.Change.CREATE).isPresent();
        return isMade && isRead && sample.rows().isEmpty();
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
