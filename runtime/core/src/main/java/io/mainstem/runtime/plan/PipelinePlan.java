package io.mainstem.runtime.plan;

import io.mainstem.api.Plan;
import io.mainstem.runtime.worker.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one pipeline will do.
 *
 * @param name its name
 * @param file the file that it was read from
 * @param sources its sources
 * @param topics the topics that it writes or reads, each with the first pipeline that has it
 * @param sinks its sinks
 * @param gone what the log keeps of this pipeline's name, or what runs of it, that the file does not have: a line each
 */
public record PipelinePlan(
        String name,
        Path file,
        List<SourcePlan> sources,
        List<TopicPlan> topics,
        List<SinkPlan> sinks,
        List<String> gone) {

    /** Copies the lists. */
    public PipelinePlan {
        sources = List.copyOf(sources);
        topics = List.copyOf(topics);
        sinks = List.copyOf(sinks);
        gone = List.copyOf(gone);
    }

    Stream<Plan.Change> changes() {
        return Stream.concat(
                topics.stream().flatMap(TopicPlan::changes), sinks.stream().flatMap(SinkPlan::changes));
    }

    Stream<Effect> effects() {
        return Stream.concat(
                sources.stream().map(SourcePlan::effect), sinks.stream().map(SinkPlan::effect));
    }

    Stream<Failure> failures() {
        return PlanReport.all(List.of(
                sources.stream().flatMap(SourcePlan::failures),
                topics.stream().flatMap(topic -> topic.failure().stream()),
                sinks.stream().flatMap(SinkPlan::failures)));
    }

    Stream<String> warnings() {
        return PlanReport.all(List.of(
                sources.stream().flatMap(SourcePlan::warnings), sinks.stream().flatMap(SinkPlan::warnings)));
    }
}
