package io.mainstem.cli;

import io.mainstem.log.DiskUsage;
import io.mainstem.runtime.worker.Histogram;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.TaskStatus;
import io.mainstem.server.metrics.Metric;
import io.mainstem.server.metrics.MetricsText.Bucket;
import io.mainstem.server.metrics.MetricsText.Samples;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The metrics of pipelines, their tasks, and the log. */
final class WorkerMetrics {

    private static final String[] TASK = {"pipeline", "task", "side"};

    static final List<MetricFamilies.Family> ALL = List.of(
            family(
                    Metric.gauge("mainstem_build_info", "Always 1; the version is a label.", "version"),
                    (look, samples) -> samples.add(1L, VersionCommand.version())),
            family(
                    Metric.gauge(
                            "mainstem_pipeline_state",
                            "1 for the state that a pipeline is in, 0 for the others.",
                            "pipeline",
                            "state"),
                    (look, samples) -> look.pipelines().forEach(pipeline -> states(pipeline, samples))),
            tasks(
                    Metric.counter(
                            "mainstem_task_records",
                            "Records committed: in the log by a source, in the target by a sink.",
                            TASK),
                    TaskStatus::records),
            tasks(
                    Metric.counter("mainstem_task_bytes", "Bytes of keys and values of the committed records.", TASK),
                    TaskStatus::bytes),
            tasks(
                    Metric.counter("mainstem_task_dead_letters", "Records that went to the dead letters.", TASK),
                    TaskStatus::deadLetters),
            tasks(
                    Metric.counter("mainstem_task_retries", "How often a task failed and was tried again.", TASK),
                    task -> task.meters().retries()),
            tasks(
                    Metric.gauge(
                            "mainstem_task_hung_calls",
                            "Calls of the connector that are over their deadline now.",
                            TASK),
                    task -> task.hungCalls().size()),
            tasks(
                    Metric.gauge(
                            "mainstem_task_held_streams",
                            "Streams that a source holds back, such as one that has changed against its topic.",
                            TASK),
                    task -> task.held().size()),
            family(
                    Metric.gauge(
                            "mainstem_task_state",
                            "1 for the state that a source or sink is in, 0 for the others.",
                            "pipeline",
                            "task",
                            "side",
                            "state"),
                    (look, samples) -> look.tasks().forEach(task -> states(task, samples))),
            histograms(
                    Metric.histogram(
                            "mainstem_task_batch_seconds",
                            "How long a connector took for a batch: a source to read it, a sink to take it.",
                            TASK),
                    task -> task.meters().batches()),
            histograms(
                    Metric.histogram(
                            "mainstem_task_commit_seconds",
                            "How long it took until a batch was safe: for a source in the log, for a sink in the target.",
                            TASK),
                    task -> task.meters().commits()),
            family(
                    Metric.gauge("mainstem_group_lag_records", "Offsets that a group has still to read.", "group"),
                    (look, samples) -> look.groups().forEach(group -> samples.add(group.lag(), group.name()))),
            family(
                    Metric.gauge(
                            "mainstem_group_lag_seconds",
                            "The age of the oldest record that a group has not read, or 0.",
                            "group"),
                    (look, samples) -> look.groups()
                            .forEach(group -> samples.add(group.age().toMillis() / 1000.0, group.name()))),
            family(
                    Metric.gauge("mainstem_group_members", "How many read as this group.", "group"),
                    (look, samples) ->
                            look.groups().forEach(group -> samples.add((long) group.members(), group.name()))),
            family(
                    Metric.gauge("mainstem_topic_size_bytes", "The size of a topic on disk.", "topic"),
                    (look, samples) -> look.topics().forEach(topic -> samples.add(topic.bytes(), topic.name()))),
            family(
                    Metric.gauge("mainstem_topic_offsets", "How many offsets a topic has.", "topic"),
                    (look, samples) -> look.topics().forEach(topic -> samples.add(topic.offsets(), topic.name()))),
            family(
                    Metric.gauge(
                            "mainstem_metrics_unlisted",
                            "Groups and topics without metrics, because there are more than 1000 of a kind."),
                    (look, samples) -> samples.add((long) look.unlisted())),
            disk("mainstem_log_used_bytes", "What the log takes of its disk.", DiskUsage::usedBytes),
            disk("mainstem_log_free_bytes", "What is free on the disk of the log.", DiskUsage::freeBytes),
            disk(
                    "mainstem_log_min_free_bytes",
                    "What must stay free on the disk of the log, or sources wait.",
                    DiskUsage::minFreeBytes),
            family(
                    Metric.gauge("mainstem_log_budget_bytes", "The most that the log may take, if there is a limit."),
                    (look, samples) ->
                            look.disk().ifPresent(usage -> usage.budgetBytes().ifPresent(samples::add))),
            disk(
                    "mainstem_log_full",
                    "1 while the log is full and sources wait for room, else 0.",
                    usage -> usage.full().isPresent() ? 1 : 0));

    private WorkerMetrics() {}

    private static MetricFamilies.Family family(Metric metric, BiConsumer<MetricsLook, Samples> numbers) {
        return new MetricFamilies.Family(metric, numbers);
    }

    private static MetricFamilies.Family tasks(Metric metric, ToLongFunction<TaskStatus> number) {
        return family(
                metric,
                (look, samples) -> look.tasks().forEach(task -> samples.add(number.applyAsLong(task), labels(task))));
    }

    private static MetricFamilies.Family histograms(Metric metric, Function<TaskStatus, Histogram> histogram) {
        return family(
                metric,
                (look, samples) -> look.tasks()
                        .forEach(task -> samples.add(
                                buckets(histogram.apply(task)),
                                histogram.apply(task).sumSeconds(),
                                labels(task))));
    }

    private static List<Bucket> buckets(Histogram histogram) {
        return histogram.buckets().stream()
                .map(bucket -> new Bucket(bucket.seconds(), bucket.count()))
                .toList();
    }

    private static MetricFamilies.Family disk(String name, String help, ToLongFunction<DiskUsage> number) {
        return family(
                Metric.gauge(name, help),
                (look, samples) -> look.disk().ifPresent(usage -> samples.add(number.applyAsLong(usage))));
    }

    private static String[] labels(TaskStatus task) {
        return new String[] {task.pipeline(), task.name(), word(task.side())};
    }

    private static void states(PipelineStatus pipeline, Samples samples) {
        PipelineStatus.State now = pipeline.state();
        for (PipelineStatus.State state : PipelineStatus.State.values()) {
            samples.add(state == now ? 1L : 0L, pipeline.pipeline().name(), word(state));
        }
    }

    private static void states(TaskStatus task, Samples samples) {
        TaskStatus.State now = task.state();
        for (TaskStatus.State state : TaskStatus.State.values()) {
            samples.add(state == now ? 1L : 0L, task.pipeline(), task.name(), word(task.side()), word(state));
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
