package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.TaskStatus;
import io.mainstem.runtime.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The run that has the data folder, as the commands see it that run in its process. Thread-safe.
 *
 * @param log its log, which stays open when a command closes what it was given
 * @param worker what runs the pipelines
 * @param reading with what it reads pipeline files, if it does
 * @param fileProblems what is wrong with the files that it follows
 */
record Owner(Log log, Worker worker, Optional<Reading> reading, FileProblems fileProblems) {

    private static final String STOP = "stop that process first";

    /**
     * With what the run reads pipeline files.
     *
     * @param connectors the connectors there are
     * @param environment the environment variables that placeholders may name
     */
    record Reading(Connectors connectors, Map<String, String> environment) {}

    /** One that reads no more pipeline files. */
    Owner(Log log, Worker worker) {
        this(log, worker, new FileProblems());
    }

    /** One that follows files. */
    Owner(Log log, Worker worker, FileProblems fileProblems) {
        this(log, worker, Optional.empty(), fileProblems);
    }

    /** The same, which can read pipeline files. */
    Owner reading(Connectors connectors, Map<String, String> environment) {
        return new Owner(log, worker, Optional.of(new Reading(connectors, environment)), fileProblems);
    }

    /** How each source and sink is doing. */
    List<TaskStatus> tasks() {
        return worker.status();
    }

    /** Keeps a topic that a pipeline reads or writes, or that is Mainstem's own. */
    void requireUnusedTopic(String topic) {
        requireOrdinaryTopic(topic);
        user(pipeline -> pipeline.uses(topic)).ifPresent(user -> {
            throw busy(
                    "topic '" + topic + "' is used by " + which(user),
                    "take the file of that pipeline out of the folder first");
        });
    }

    /** Keeps the topics of Mainstem's own. */
    void requireOrdinaryTopic(String topic) {
        if (LogTopics.isInternal(topic)) {
            throw busy("topic '" + topic + "' is Mainstem's own, and the worker", STOP);
        }
    }

    /** Keeps the group of a sink that this run has, unless its pipeline is paused. */
    void requireUnusedGroup(String group) {
        requirePaused(
                "group '" + group + "'",
                pipeline -> pipeline.sinks().stream()
                        .anyMatch(sink -> pipeline.group(sink).equals(group)));
    }

    /** Keeps the positions of a source that this run has, unless its pipeline is paused. */
    void requireUnusedSource(SourceName source) {
        requirePaused(
                "source '" + source + "'",
                pipeline -> pipeline.name().equals(source.pipeline())
                        && pipeline.sources().stream()
                                .anyMatch(each -> each.name().equals(source.source())));
    }

    private void requirePaused(String thing, Predicate<Pipeline> uses) {
        user(uses).filter(user -> user.state() != PipelineStatus.State.PAUSED).ifPresent(user -> {
            String name = user.pipeline().name();
            throw busy(
                    thing + " is used by " + which(user),
                    "pause that pipeline first ('mainstem pipelines pause " + name + "'), and resume it then");
        });
    }

    private Optional<PipelineStatus> user(Predicate<Pipeline> uses) {
        return worker.pipelines().stream()
                .filter(status -> uses.test(status.pipeline()))
                .findFirst();
    }

    private static String which(PipelineStatus user) {
        return "pipeline '" + user.pipeline().name() + "', which";
    }

    /** @param instead what to do in a worker that goes on; one that ends by itself is to be stopped */
    private CommandException busy(String what, String instead) {
        return CommandException.busy(
                what + " runs in process " + ProcessHandle.current().pid() + "; " + (worker.stays() ? instead : STOP));
    }
}
