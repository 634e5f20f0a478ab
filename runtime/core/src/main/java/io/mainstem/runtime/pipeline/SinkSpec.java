package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.SinkFactory;
import io.mainstem.runtime.transform.StepSpec;
import java.util.List;
import java.util.Objects;

/**
 * A sink of a pipeline. Its consumer group is {@link Pipeline#group}.
 *
 * @param name its name in the pipeline
 * @param connector the name of its connector
 * @param factory what makes the sink; call it with {@link io.mainstem.runtime.plugin.PluginClassLoading}
 * @param config the values of its options
 * @param topics the topics that it reads, as they are written: names and patterns; {@link Pipeline#selection} has them
 * @param transforms the steps behind the topics, in order
 * @param batch when a batch ends
 * @param onFailure what happens when it fails
 */
public record SinkSpec(
        String name,
        String connector,
        SinkFactory factory,
        Config config,
        List<String> topics,
        List<StepSpec> transforms,
        Batch batch,
        FailurePolicy onFailure) {

    /** A sink without transforms, with the batches that it has by default. */
    public SinkSpec(
            String name,
            String connector,
            SinkFactory factory,
            Config config,
            List<String> topics,
            FailurePolicy onFailure) {
        this(name, connector, factory, config, topics, List.of(), Batch.OF_SINK, onFailure);
    }

    /** The same for other topics. */
    public SinkSpec withTopics(List<String> others) {
        return new SinkSpec(name, connector, factory, config, others, transforms, batch, onFailure);
    }

    /** Checks that all is there, and copies the lists. */
    public SinkSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(connector, "connector");
        Objects.requireNonNull(factory, "factory");
        Objects.requireNonNull(config, "config");
        topics = List.copyOf(topics);
        transforms = List.copyOf(transforms);
        Objects.requireNonNull(batch, "batch");
        Objects.requireNonNull(onFailure, "onFailure");
    }
}
