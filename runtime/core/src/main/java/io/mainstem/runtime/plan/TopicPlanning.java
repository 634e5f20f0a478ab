package io.mainstem.runtime.plan;

import io.mainstem.api.Field;
import io.mainstem.api.Plan;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.plan.SchemaPlan.Fate;
import io.mainstem.runtime.plan.TopicPlan.Setting;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.text.WholeUnits;
import io.mainstem.runtime.worker.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/** Compares what pipelines say of topics, and what sources put into them, with what the log has. One thread. */
final class TopicPlanning {

    private final LogFacts facts;

    TopicPlanning(LogFacts facts) {
        this.facts = facts;
    }

    TopicPlan plan(TopicSpec spec, List<Flow> flows) {
        Optional<TopicDescription> there = facts.topic(spec.name());
        List<Setting> settings = there.map(topic -> settings(spec, topic)).orElse(List.of());
        Plan.Change change =
                there.isEmpty() ? Plan.Change.CREATE : settings.isEmpty() ? Plan.Change.NONE : Plan.Change.ALTER;
        Optional<List<String>> key = key(spec, flows);
        Optional<Failure> failure = failure(spec, there, flows);
        Optional<SchemaPlan> schema =
                failure.isPresent() ? Optional.empty() : schema(spec, key.orElse(List.of()), flows);
        return new TopicPlan(
                spec.name(),
                change,
                there.map(TopicDescription::partitions).orElse(spec.partitions()),
                spec.codec(),
                key,
                settings,
                there.map(facts::offsets).orElse(0L),
                schema,
                failure.or(() -> schema.flatMap(found -> refusal(spec.name(), found))));
    }

    private static Optional<Failure> refusal(String topic, SchemaPlan schema) {
        return schema.fate() == Fate.REFUSED
                ? Optional.of(Failure.of(new SchemaException("the new schema of topic '" + topic
                        + "' does not fit the records it has, and its source will stop: "
                        + String.join("; ", schema.problems()))))
                : Optional.empty();
    }

    /** The fields of the topic's key: those that the pipeline says, else those of the stream. */
    private Optional<List<String>> key(TopicSpec spec, List<Flow> flows) {
        if (!spec.key().isEmpty()) {
            return Optional.of(spec.key());
        }
        return flows.stream()
                .map(flow -> flow.schema().key())
                .findFirst()
                .or(() -> latest(spec.name()).map(Registered::keyFields));
    }

    private Optional<Registered> latest(String topic) {
        return facts.schemas().flatMap(schemas -> schemas.latest(topic));
    }

    /** As a start would find out. */
    private static Optional<Failure> failure(TopicSpec spec, Optional<TopicDescription> there, List<Flow> flows) {
        if (there.isPresent() && spec.partitions() > 1 && there.get().partitions() != spec.partitions()) {
            int partitions = there.get().partitions();
            return Optional.of(Failure.of(new StopException(
                    "topic.partitions",
                    "topic '" + spec.name() + "' has " + partitions + " partition(s), and the pipeline says "
                            + spec.partitions(),
                    "set 'partitions: " + partitions
                            + "' in the pipeline; or add partitions with 'mainstem topics alter " + spec.name()
                            + " --partitions " + spec.partitions() + " --move-keys'")));
        }
        for (Flow flow : flows) {
            Schema schema = flow.schema().schema();
            Optional<String> missing = spec.key().stream()
                    .filter(field -> schema.indexOf(field) < 0)
                    .findFirst();
            if (missing.isPresent()) {
                return Optional.of(Failure.of(new StopException(
                        "topic.key",
                        "topic '" + spec.name() + "' has the key field '" + missing.get() + "', which stream '"
                                + flow.schema().name() + "' does not have",
                        "the fields are "
                                + String.join(
                                        ", ",
                                        schema.fields().stream()
                                                .map(Field::name)
                                                .toList()))));
            }
        }
        return Optional.empty();
    }

    /** A topic whose settings nobody names keeps those that it has. */
    private static List<Setting> settings(TopicSpec spec, TopicDescription there) {
        if (spec.equals(TopicSpec.defaults(spec.name())) || there.settings().equals(spec.settings())) {
            return List.of();
        }
        Map<String, String> before = named(there.settings());
        List<Setting> changed = new ArrayList<>();
        named(spec.settings()).forEach((name, value) -> {
            String old = before.getOrDefault(name, "");
            if (!old.equals(value)) {
                changed.add(new Setting(name, old, value));
            }
        });
        return changed;
    }

    private static Map<String, String> named(TopicSettings settings) {
        Map<String, String> named = new LinkedHashMap<>();
        named.put("cleanup", word(settings.cleanup()));
        named.put("timestamps", word(settings.timestampType()));
        named.put("compression", word(settings.compression()));
        named.put("max-record-size", WholeUnits.size(settings.maxRecordBytes()));
        named.put("segment-size", WholeUnits.size(settings.segmentBytes()));
        named.put("segment-time", WholeUnits.time(settings.segmentMillis()));
        named.put("retention", limit(settings.retentionMillis(), WholeUnits::time));
        named.put("retention-size", limit(settings.retentionBytes(), WholeUnits::size));
        named.put("keep-unread", String.valueOf(settings.keepUnread()));
        named.put("delete-retention", WholeUnits.time(settings.deleteRetentionMillis()));
        named.put("min-compaction-lag", WholeUnits.time(settings.minCompactionLagMillis()));
        named.put("max-compaction-lag", limit(settings.maxCompactionLagMillis(), WholeUnits::time));
        named.put("min-cleanable-ratio", String.valueOf(settings.minCleanableRatio()));
        return named;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String limit(long value, LongFunction<String> text) {
        return value == TopicSettings.UNLIMITED ? "unlimited" : text.apply(value);
    }

    /** Of several streams in one topic the first that would change something tells. */
    private Optional<SchemaPlan> schema(TopicSpec spec, List<String> key, List<Flow> flows) {
        if (spec.codec() == CodecKind.TEXT || spec.codec() == CodecKind.BYTES) {
            return Optional.empty();
        }
        List<SchemaPlan> plans = flows.stream()
                .map(flow -> schema(spec.name(), flow.schema().schema(), key))
                .toList();
        return plans.stream()
                .filter(plan -> plan.fate() != Fate.SAME)
                .findFirst()
                .or(() -> plans.stream().findFirst())
                .or(() -> latest(spec.name()).map(TopicPlanning::same));
    }

    private static SchemaPlan same(Registered registered) {
        return new SchemaPlan(Fate.SAME, registered.version(), registered.schema(), List.of(), List.of());
    }

    private SchemaPlan schema(String topic, Schema schema, List<String> key) {
        Optional<Registered> latest = latest(topic);
        if (latest.isEmpty()) {
            return new SchemaPlan(Fate.NEW, 1, schema, List.of(), List.of());
        }
        Schemas schemas = facts.schemas().orElseThrow();
        Optional<Registered> known = schemas.find(topic, schema, key);
        if (known.isPresent()) {
            return same(known.get());
        }
        List<String> problems = schemas.problems(topic, schema, key);
        return new SchemaPlan(
                problems.isEmpty() ? Fate.CHANGES : Fate.REFUSED,
                latest.get().version() + (problems.isEmpty() ? 1 : 0),
                schema,
                differences(latest.get(), schema, key),
                problems);
    }

    private static List<String> differences(Registered before, Schema after, List<String> key) {
        List<String> differences = new ArrayList<>();
        for (Field field : after.fields()) {
            int index = before.schema().indexOf(field.name());
            if (index < 0) {
                differences.add("+ " + field);
            } else if (!before.schema().field(index).equals(field)) {
                differences.add("~ " + before.schema().field(index) + " becomes " + field);
            }
        }
        before.schema().fields().stream()
                .filter(field -> after.indexOf(field.name()) < 0)
                .forEach(field -> differences.add("- " + field));
        if (!before.keyFields().equals(key)) {
            differences.add("~ key " + before.keyFields() + " becomes " + key);
        }
        return differences;
    }

    /** What sinks get from a topic, once that is known. */
    static Optional<StreamSchema> delivered(TopicPlan topic) {
        return topic.schema()
                .map(plan -> StreamSchema.of(
                        topic.name(),
                        plan.schema(),
                        topic.key().orElse(List.of()).stream()
                                .filter(field -> plan.schema().indexOf(field) >= 0)
                                .toList()));
    }
}
