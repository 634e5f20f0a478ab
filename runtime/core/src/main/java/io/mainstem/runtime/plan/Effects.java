package io.mainstem.runtime.plan;

import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Tells what a plan means for sources and sinks, by what runs and by what the log keeps. */
final class Effects {

    private final List<Pipeline> running;
    private final LogFacts facts;

    Effects(List<Pipeline> running, LogFacts facts) {
        this.running = running;
        this.facts = facts;
    }

    Optional<Pipeline> running(Pipeline planned) {
        return running.stream()
                .filter(pipeline -> pipeline.name().equals(planned.name()))
                .findFirst();
    }

    Effect of(Pipeline pipeline, SourceSpec source, boolean isKnown) {
        Optional<SourceSpec> present = running(pipeline)
                .flatMap(now -> now.sources().stream()
                        .filter(each -> each.name().equals(source.name()))
                        .findFirst());
        return present.isPresent()
                ? ofRunning(pipeline, present.get().equals(source))
                : isKnown ? Effect.CONTINUES : Effect.BEGINS;
    }

    Effect of(Pipeline pipeline, SinkSpec sink) {
        Optional<SinkSpec> present = running(pipeline)
                .flatMap(now -> now.sinks().stream()
                        .filter(each -> each.name().equals(sink.name()))
                        .findFirst());
        return present.isPresent()
                ? ofRunning(pipeline, present.get().equals(sink))
                : facts.hasCommitted(pipeline.group(sink)) ? Effect.CONTINUES : Effect.BEGINS;
    }

    /** A task follows from what its pipeline says of it, of the topics, and from where its file is. */
    private Effect ofRunning(Pipeline pipeline, boolean isSame) {
        Pipeline now = running(pipeline).orElseThrow();
        return isSame && now.topics().equals(pipeline.topics()) && folder(now).equals(folder(pipeline))
                ? Effect.RUNS
                : Effect.RESTARTS;
    }

    private static Path folder(Pipeline pipeline) {
        return pipeline.file().toAbsolutePath().normalize();
    }
}
