package io.mainstem.runtime.pipeline;

import io.mainstem.log.TopicSelection;
import io.mainstem.runtime.text.TopicNames;
import io.mainstem.runtime.transform.Routes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pipeline as its file says, with every default filled in and every option checked. Immutable.
 *
 * @param name the name, which is part of the names of its groups, positions and default topics
 * @param file the file that it was read from, from whose folder relative paths start
 * @param sources what it reads, in the order of the file; may be empty when there are sinks
 * @param topics the topics that the file declares and those that its sources and sinks name in full, each once
 * @param sinks what it writes, in the order of the file; may be empty when there are sources
 */
public record Pipeline(String name, Path file, List<SourceSpec> sources, List<TopicSpec> topics, List<SinkSpec> sinks) {

    /** Copies the lists. */
    public Pipeline {
        sources = List.copyOf(sources);
        topics = List.copyOf(topics);
        sinks = List.copyOf(sinks);
    }

    /** What is wrong with the name of a topic, in words that follow it. */
    public static Optional<String> wrongTopic(String name) {
        return TopicNames.wrongName(name);
    }

    /** What is wrong with a topic that a step has chosen for a record, which is then bad. */
    public static Optional<String> wrongChoice(String topic) {
        return wrongTopic(topic).map(why -> "the topic '" + topic + "' that a step chose " + why);
    }

    /** The consumer group of a sink: {@code <pipeline>.<sink>}. */
    public String group(SinkSpec sink) {
        return name + "." + sink.name();
    }

    /** The topic into which a source puts the records of a stream. */
    public String topicOf(SourceSpec source, String stream) {
        return source.topic()
                .replace("{pipeline}", name)
                .replace("{source}", source.name())
                .replace("{stream}", stream);
    }

    /** Whether the pipeline reads or writes a topic, or may come to: also with streams that are not known yet, and dead letters. */
    public boolean uses(String topic) {
        return topic(topic).isPresent()
                || sources.stream()
                        .anyMatch(source -> TopicNames.couldBe(topic, topicOf(source, "{stream}"))
                                || Routes.of(source.transforms()).stream()
                                        .anyMatch(route -> TopicNames.couldBe(topic, route)))
                || sinks.stream().anyMatch(sink -> selection(sink).contains(topic))
                || deadLetters().contains(topic);
    }

    /**
     * The topics that a sink reads. Its patterns take no dead letters of the pipeline, nor those of others under their usual names, nor
     * what the sink itself publishes.
     */
    public TopicSelection selection(SinkSpec sink) {
        List<String> others = new ArrayList<>(deadLetters());
        others.add("*." + PipelineFormat.DEAD_LETTERS);
        others.addAll(sink.factory().publishedTopics(sink.config()));
        return TopicSelection.of(sink.topics()).without(others);
    }

    /** The topics into which bad records of its sources and sinks go. */
    private Set<String> deadLetters() {
        return Stream.concat(
                        sources.stream().map(SourceSpec::onFailure),
                        sinks.stream().map(SinkSpec::onFailure))
                .flatMap(policy -> policy.badRecords() instanceof FailurePolicy.BadRecords.DeadLetters letters
                        ? Stream.of(letters.topic())
                        : Stream.of())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the pipeline says of a topic, if it names it. */
    public Optional<TopicSpec> topic(String topic) {
        return topics.stream().filter(spec -> spec.name().equals(topic)).findFirst();
    }
}
