package io.mainstem.runtime.plan;

import io.mainstem.api.Plan;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.worker.Failure;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What becomes of a topic.
 *
 * @param name its name
 * @param change what becomes of the topic itself
 * @param partitions how many partitions it has or gets
 * @param codec how values are written on it
 * @param key the fields that make its keys; empty where nobody can tell yet, as when a step of its source is wrong
 * @param settings the settings that will be others
 * @param offsets how many offsets it holds now; records are a few less, since the marks of transactions have offsets, too
 * @param schema what becomes of its schema, if that can be told
 * @param failure why a pipeline with it will not run
 */
public record TopicPlan(
        String name,
        Plan.Change change,
        int partitions,
        CodecKind codec,
        Optional<List<String>> key,
        List<Setting> settings,
        long offsets,
        Optional<SchemaPlan> schema,
        Optional<Failure> failure) {

    /** Copies the lists. */
    public TopicPlan {
        key = key.map(List::copyOf);
        settings = List.copyOf(settings);
    }

    Stream<Plan.Change> changes() {
        return Stream.concat(Stream.of(change), schema.stream().map(SchemaPlan::asChange));
    }

    /**
     * A setting that will have another value.
     *
     * @param name its name in a pipeline's file
     * @param before the value now
     * @param after the value then
     */
    public record Setting(String name, String before, String after) {}
}
