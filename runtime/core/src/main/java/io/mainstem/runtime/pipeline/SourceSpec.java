package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.SourceFactory;
import io.mainstem.runtime.transform.StepSpec;
import java.util.List;
import java.util.Objects;

/**
 * A source of a pipeline.
 *
 * @param name its name in the pipeline
 * @param connector the name of its connector
 * @param factory what makes the source; call it with {@link io.mainstem.runtime.plugin.PluginClassLoading}
 * @param config the values of its options
 * @param topic a topic's name in which {@code {pipeline}}, {@code {source}} and {@code {stream}} stand for names; see
 *     {@link Pipeline#topicOf}
 * @param transforms the steps in front of the topic, in order
 * @param schedule when it reads
 * @param batch when a batch ends
 * @param onFailure what happens when it fails
 */
public record SourceSpec(
        String name,
        String connector,
        SourceFactory factory,
        Config config,
        String topic,
        List<StepSpec> transforms,
        ScheduleSpec schedule,
        Batch batch,
        FailurePolicy onFailure) {

    /** The topic of a source that names none: one for each of its streams. */
    public static final String DEFAULT_TOPIC = "{pipeline}.{stream}";

    /** A source without transforms, with the batches that it has by default. */
    public SourceSpec(
            String name,
            String connector,
            SourceFactory factory,
            Config config,
            String topic,
            ScheduleSpec schedule,
            FailurePolicy onFailure) {
        this(name, connector, factory, config, topic, List.of(), schedule, Batch.OF_SOURCE, onFailure);
    }

    /** Checks that all is there, and copies the transforms. */
    public SourceSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(connector, "connector");
        Objects.requireNonNull(factory, "factory");
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(topic, "topic");
        transforms = List.copyOf(transforms);
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(batch, "batch");
        Objects.requireNonNull(onFailure, "onFailure");
    }
}
