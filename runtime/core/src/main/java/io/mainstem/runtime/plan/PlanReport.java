package io.mainstem.runtime.plan;

import io.mainstem.api.Plan;
import java.util.List;
import java.util.stream.Stream;

/**
 * What some pipelines will do.
 *
 * @param pipelines a plan for each, in their order
 */
public record PlanReport(List<PipelinePlan> pipelines) {

    /** Copies the list. */
    public PlanReport {
        pipelines = List.copyOf(pipelines);
    }

    /** How many things of a kind will become so: topics, and targets of sinks. */
    public long count(Plan.Change change) {
        return pipelines.stream()
                .flatMap(PipelinePlan::changes)
                .filter(found -> found == change)
                .count();
    }

    /** Whether everything is there as it has to be, so that only rows will move. */
    public boolean isUnchanged() {
        return failures() == 0
                && pipelines.stream().flatMap(PipelinePlan::changes).allMatch(Plan.Change.NONE::equals)
                && pipelines.stream().flatMap(PipelinePlan::effects).noneMatch(Effect::isChange);
    }

    /** How many things cannot be done, or not be told. */
    public long failures() {
        return pipelines.stream().flatMap(PipelinePlan::failures).count();
    }

    /** What people should know before the start. */
    public long warnings() {
        return pipelines.stream().flatMap(PipelinePlan::warnings).count();
    }

    /** All problems of a kind of thing, one after the other. */
    static <T> Stream<T> all(List<? extends Stream<T>> streams) {
        return streams.stream().flatMap(stream -> stream);
    }
}
