package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.text.TopicNames;
import io.mainstem.runtime.transform.KnownStream;
import io.mainstem.runtime.transform.Routes;
import io.mainstem.runtime.transform.StepSpec;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a source puts into a topic, as far as it is known before it runs. Immutable.
 *
 * @param topic the topic's name, in which {@code {stream}} stands for text that only a record tells
 * @param stream what is known of its rows
 */
public record Inflow(String topic, KnownStream stream) {

    private static final String ANY = "{stream}";

    /** What comes of one stream of a source. */
    public static List<Inflow> of(Pipeline pipeline, SourceSpec source, KnownStream behind) {
        return of(pipeline.topicOf(source, ANY), source.transforms(), behind);
    }

    /**
     * What comes into topics of one stream of a source. None of a source with steps of plugins, which may send messages anywhere.
     *
     * @param topic the topic of the source, with the names of the pipeline and the source filled in
     * @param behind what is known of the stream behind the steps
     */
    static List<Inflow> of(String topic, List<StepSpec> steps, KnownStream behind) {
        String stream = behind.stream().name();
        List<StepSpec> applied = steps.stream()
                .filter(step -> stream.isEmpty() || step.appliesTo(stream))
                .toList();
        List<String> routes = Routes.of(applied);
        if (routes.isEmpty()) {
            String own = stream.isEmpty() ? topic : topic.replace(ANY, stream);
            return own.contains(ANY) ? List.of() : List.of(new Inflow(own, behind));
        }
        // A template without any text of its own says nothing.
        boolean isTold =
                routes.stream().noneMatch(route -> route.replace(ANY, "").isEmpty());
        return isTold ? routes.stream().map(route -> new Inflow(route, behind)).toList() : List.of();
    }

    /** The topics whose whole names are known. */
    public static Set<String> topics(List<Inflow> all) {
        return all.stream()
                .map(Inflow::topic)
                .filter(topic -> !topic.contains(ANY))
                .collect(Collectors.toSet());
    }

    /** Of what comes into topics whose names only records tell, that which may come into one that a pattern takes. */
    public static List<Inflow> meeting(List<String> patterns, List<Inflow> all) {
        return all.stream()
                .filter(each -> each.topic.contains(ANY))
                .filter(each -> patterns.stream().anyMatch(pattern -> TopicNames.couldMeet(pattern, each.topic)))
                .toList();
    }

    /** The topic for people, as a pattern. */
    public String shownTopic() {
        return topic.replace(ANY, "*");
    }

    /** Of what comes into topics, that which comes into this one; by its whole name, or else by what may become its name. */
    public static List<Inflow> into(String topic, List<Inflow> all) {
        List<Inflow> exact =
                all.stream().filter(each -> each.topic.equals(topic)).toList();
        return exact.isEmpty()
                ? all.stream()
                        .filter(each -> TopicNames.couldBe(topic, each.topic))
                        .toList()
                : exact;
    }

    /** What is known in front of the steps of a sink whose pattern takes what comes of the template. */
    public KnownStream atAny(Pipeline pipeline) {
        return atAny(pipeline.topics().stream()
                .filter(declared -> !declared.key().isEmpty())
                .map(TopicSpec::name)
                .toList());
    }

    /**
     * The same.
     *
     * @param keyed topics that are declared with a key of their own
     */
    KnownStream atAny(Collection<String> keyed) {
        boolean isKeyKnown = keyed.stream().noneMatch(declared -> TopicNames.couldBe(declared, topic));
        return stream.as(topic, isKeyKnown ? stream.stream().key() : List.of());
    }

    /** What is known in front of the steps of a sink that reads a topic. */
    public KnownStream at(Pipeline pipeline, String name) {
        return at(name, pipeline.topic(name).map(TopicSpec::key).orElse(List.of()));
    }

    /** The same, with the key that the topic is declared with. */
    KnownStream at(String name, List<String> declared) {
        return stream.as(name, declared.isEmpty() ? stream.stream().key() : declared);
    }
}
