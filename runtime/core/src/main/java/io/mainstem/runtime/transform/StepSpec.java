package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.TransformFactory;
import io.mainstem.runtime.text.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A step as a pipeline's file has it. Immutable; equal when it does the same, wherever it stands. */
public final class StepSpec {

    private final TransformFactory factory;
    private final Config config;
    private final List<String> on;
    private final StepPlaces places;
    private final Set<String> unread;

    /**
     * A step.
     *
     * @param factory what makes the transform
     * @param config the values of its options
     * @param on the streams of the source, or topics of the sink, whose messages it changes; none for all
     */
    public StepSpec(TransformFactory factory, Config config, List<String> on, StepPlaces places) {
        this(factory, config, on, places, Set.of());
    }

    private StepSpec(TransformFactory factory, Config config, List<String> on, StepPlaces places, Set<String> unread) {
        this.factory = factory;
        this.config = config;
        this.on = List.copyOf(on);
        this.places = places;
        this.unread = Set.copyOf(unread);
    }

    /** A step that could not be read. It can be followed by others in checks, and not be run. */
    public static StepSpec unread(String name, List<String> on, StepPlaces places) {
        return new StepSpec(new UnreadStep(name), Config.of(Map.of()), on, places);
    }

    /** The same, of which what it says of these fields could not be read, and everything else could. */
    public StepSpec without(Set<String> fields) {
        return new StepSpec(factory, config, on, places, fields);
    }

    /** The fields of which it says something that could not be read. */
    Set<String> unread() {
        return unread;
    }

    /** The name of the step: what is done. */
    public String name() {
        return factory.name();
    }

    /** What makes the transform; call it with {@link io.mainstem.runtime.plugin.PluginClassLoading}. */
    public TransformFactory factory() {
        return factory;
    }

    /** The values of its options. */
    public Config config() {
        return config;
    }

    /** Whether it changes messages of a stream or topic. */
    public boolean appliesTo(String stream) {
        return on.isEmpty() || on.contains(stream);
    }

    /** Whether it changes messages of a stream or topic that comes of a template, in which {@code {stream}} stands for any text. */
    public boolean mayApplyTo(String template) {
        return on.isEmpty() || on.stream().anyMatch(name -> TopicNames.couldBe(name, template));
    }

    /** The streams or topics that it is limited to; none when it is not. */
    public List<String> on() {
        return on;
    }

    StepPlaces places() {
        return places;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StepSpec that
                && factory.name().equals(that.factory.name())
                && factory.getClass().equals(that.factory.getClass())
                && config.equals(that.config)
                && on.equals(that.on);
    }

    @Override
    public int hashCode() {
        return Objects.hash(factory.name(), config, on);
    }

    /** The name; no values, since some are secret. */
    @Override
    public String toString() {
        return name();
    }
}
