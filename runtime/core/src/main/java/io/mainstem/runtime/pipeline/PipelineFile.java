package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.Option;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SourceFactory;
import io.mainstem.log.TopicSelection;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Cleanup;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.TransformsReader.Written;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Items;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.plugin.PluginClassLoading;
import io.mainstem.runtime.text.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads one pipeline file as far as it can be read, so that one run finds all that is wrong. */
final class PipelineFile {

    private final Findings findings;
    private final ConnectorReader connectors;
    private final FailurePolicyReader failures;
    private final ScheduleReader schedules;
    private final TransformsReader transforms;

    private PipelineFile(Connectors catalog, Findings findings) {
        this.findings = findings;
        this.connectors = new ConnectorReader(catalog, findings);
        this.failures = new FailurePolicyReader(findings);
        this.schedules = new ScheduleReader(findings);
        this.transforms = new TransformsReader(catalog, connectors, findings);
    }

    static Draft read(Findings findings, Connectors catalog, Outside outside) {
        return draft(YamlFile.read(findings, outside), findings, catalog);
    }

    static Draft read(byte[] bytes, Findings findings, Connectors catalog, Outside outside) {
        return draft(YamlFile.read(bytes, findings, outside), findings, catalog);
    }

    private static Draft draft(Optional<YamlNode> root, Findings findings, Connectors catalog) {
        return root.map(found -> new PipelineFile(catalog, findings).draft(found))
                .orElseGet(() -> new Draft(findings));
    }

    private Draft draft(YamlNode root) {
        Draft draft = new Draft(findings);
        SectionReader file = SectionReader.of(PipelineFormat.PIPELINE, "a pipeline", root.place(), root, findings);
        draft.name = name(file);
        draft.namePlace = file.place(PipelineFormat.NAME.name());
        Map<String, SectionReader> sources = file.named(PipelineFormat.SOURCES);
        Map<String, SectionReader> sinks = file.named(PipelineFormat.SINKS);
        if (sources.isEmpty() && sinks.isEmpty()) {
            findings.problem(root.place(), "a pipeline needs at least one entry in 'sources' or in 'sinks'");
        }
        sources.forEach((name, section) -> source(name, section, draft).ifPresent(draft.sources::add));
        file.named(PipelineFormat.TOPICS).forEach((name, section) -> {
            topic(name, section, draft).ifPresent(topic -> draft.declaredTopics.put(name, topic));
            draft.topicPlaces.put(name, section.place());
        });
        sinks.forEach((name, section) -> sink(name, section, draft).ifPresent(draft.sinks::add));
        return draft;
    }

    private String name(SectionReader file) {
        Optional<String> name = file.value(PipelineFormat.NAME);
        name.filter(written -> !SectionReader.isName(written))
                .ifPresent(written -> findings.problem(
                        file.place(PipelineFormat.NAME.name()), SectionReader.nameRule("the name", written)));
        return name.orElse("");
    }

    private Optional<SourceSpec> source(String name, SectionReader section, Draft draft) {
        checkName(name, "the source's name", section);
        Optional<SourceFactory> factory = connectors.source(section);
        Optional<Config> config = factory.flatMap(found -> connectors.config(found, section));
        Optional<String> topic = checked(
                section, PipelineFormat.TOPIC.name(), section.value(PipelineFormat.TOPIC), TopicNames::wrongTemplate);
        List<Written> steps = transforms.ofSource(section);
        Optional<ScheduleSpec> schedule = schedules.read(section);
        FailurePolicy onFailure = failures.read(section, draft.name).withDeadlines(DeadlinesReader.ofSource(section));
        if (config.isEmpty() || topic.isEmpty() || factory.isEmpty()) {
            draft.sourceSteps.add(new Draft.SourceSteps(Optional.empty(), section.place(), steps));
            return Optional.empty();
        }
        SourceFactory made = factory.get();
        SourceSpec spec = new SourceSpec(
                name,
                made.name(),
                made,
                config.get(),
                topic.get(),
                Written.specs(steps),
                schedule.orElseGet(() -> defaultSchedule(made, config.get(), section.place())),
                Batch.ofSource(section),
                onFailure);
        draft.sourceSteps.add(new Draft.SourceSteps(Optional.of(spec), optionsPlace(section), steps));
        return Optional.of(spec);
    }

    private static Place optionsPlace(SectionReader section) {
        return section.entry(PipelineFormat.OPTIONS.name()).map(Entry::place).orElse(section.place());
    }

    private ScheduleSpec defaultSchedule(SourceFactory factory, Config config, Place place) {
        try {
            SourceFactory.Schedule schedule = PluginClassLoading.with(factory, () -> factory.defaultSchedule(config));
            return schedule == SourceFactory.Schedule.ONCE ? ScheduleSpec.once() : ScheduleSpec.continuous();
        } catch (Exception | LinkageError e) {
            findings.problem(place, "the connector '" + factory.name() + "' could not tell its schedule: " + e);
            return ScheduleSpec.once();
        }
    }

    private Optional<SinkSpec> sink(String name, SectionReader section, Draft draft) {
        checkName(name, "the sink's name", section);
        Optional<SinkFactory> factory = connectors.sink(section);
        Optional<Config> config = factory.flatMap(found -> connectors.config(found, section));
        Optional<List<String>> topics = section.value(PipelineFormat.TOPICS_OF_SINK);
        topics.ifPresent(names -> checkTopics(names, section, draft));
        List<Written> steps = transforms.ofSink(section, topics.orElse(List.of()));
        draft.sinkSteps.add(new Draft.SinkSteps(topics.orElse(List.of()), steps));
        FailurePolicy onFailure = failures.read(section, draft.name).withDeadlines(DeadlinesReader.ofSink(section));
        if (config.isEmpty() || topics.isEmpty() || factory.isEmpty()) {
            return Optional.empty();
        }
        SinkFactory made = factory.get();
        checkOwn(made.publishedTopics(config.get()), topics.get(), section);
        return Optional.of(new SinkSpec(
                name,
                made.name(),
                made,
                config.get(),
                topics.get(),
                Written.specs(steps),
                Batch.ofSink(section),
                onFailure));
    }

    private void checkOwn(List<String> published, List<String> names, SectionReader section) {
        for (int i = 0; i < names.size(); i++) {
            if (published.contains(names.get(i))) {
                findings.problem(
                        element(section, PipelineFormat.TOPICS_OF_SINK.name(), i),
                        "the sink itself publishes into the topic '" + names.get(i)
                                + "', and would read that for ever; let another sink read it");
            }
        }
    }

    private void checkTopics(List<String> names, SectionReader section, Draft draft) {
        String key = PipelineFormat.TOPICS_OF_SINK.name();
        if (names.isEmpty()) {
            findings.problem(section.place(key), "a sink needs at least one topic");
        }
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Place place = element(section, key, i);
            if (name.equals("!")) {
                findings.problem(
                        place,
                        "'!' leaves nothing out; put the topic or pattern to leave out behind it, such as '!shop.audit', or"
                                + " take it out of the list");
                continue;
            }
            wrongEntry(name).ifPresent(wrong -> findings.problem(place, "the topic '" + name + "' " + wrong));
            if (seen.contains(name)) {
                findings.problem(place, "the topic '" + name + "' is here twice");
            }
            seen.add(name);
            if (!TopicSelection.isExclusion(name)) {
                draft.uses.add(new Draft.Use(name, place));
            } else if (names.contains(name.substring(1))) {
                findings.problem(place, "'" + name + "' leaves out what the sink also names; take out one of them");
            } else if (names.stream().noneMatch(TopicSelection::isPattern)) {
                findings.problem(
                        place,
                        "'" + name
                                + "' leaves something out of patterns, and there is none; add one, such as 'shop.*'");
            }
        }
    }

    private static Optional<String> wrongEntry(String entry) {
        return TopicSelection.isExclusion(entry)
                ? TopicNames.wrongPattern(entry.substring(1))
                : TopicSelection.isPattern(entry) ? TopicNames.wrongPattern(entry) : TopicNames.wrongName(entry);
    }

    private static Place element(SectionReader section, String key, int index) {
        return section.entry(key)
                .map(entry -> entry.value() instanceof Items items
                        ? items.items().get(index).place()
                        : entry.value().place())
                .orElse(section.place());
    }

    private Optional<TopicSpec> topic(String name, SectionReader section, Draft draft) {
        TopicNames.wrongName(name)
                .ifPresent(wrong -> findings.problem(section.place(), "the topic's name '" + name + "' " + wrong));
        Optional<Long> partitions = section.value(PipelineFormat.PARTITIONS);
        List<String> key = section.value(PipelineFormat.KEY).orElse(List.of());
        for (int i = 0; i < key.size(); i++) {
            draft.keys.add(new Draft.TopicKey(name, key.get(i), element(section, PipelineFormat.KEY.name(), i)));
        }
        Optional<CodecKind> codec = section.value(PipelineFormat.CODEC);
        TopicSettings settings = settings(section);
        if (partitions.isEmpty() || codec.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TopicSpec(name, partitions.get().intValue(), key, codec.get(), settings));
    }

    private TopicSettings settings(SectionReader section) {
        TopicSettings.Builder settings = TopicSettings.defaults().toBuilder();
        Optional<Cleanup> cleanup = section.value(PipelineFormat.CLEANUP);
        cleanup.ifPresent(settings::cleanup);
        section.value(PipelineFormat.TIMESTAMPS).ifPresent(settings::timestampType);
        section.value(PipelineFormat.COMPRESSION).ifPresent(settings::compression);
        section.value(PipelineFormat.MAX_RECORD_SIZE).ifPresent(size -> settings.maxRecordBytes(size.intValue()));
        section.value(PipelineFormat.SEGMENT_SIZE).ifPresent(size -> settings.segmentBytes(size.intValue()));
        section.value(PipelineFormat.SEGMENT_TIME).ifPresent(time -> settings.segmentMillis(time.toMillis()));
        Optional<Duration> retention = section.value(PipelineFormat.RETENTION);
        Optional<Long> retentionSize = section.value(PipelineFormat.RETENTION_SIZE);
        retention.ifPresent(time -> settings.retentionMillis(time.toMillis()));
        retentionSize.ifPresent(settings::retentionBytes);
        section.value(PipelineFormat.KEEP_UNREAD).ifPresent(settings::keepUnread);
        compaction(section, settings);
        if (cleanup.equals(Optional.of(Cleanup.COMPACT)) && (retention.isPresent() || retentionSize.isPresent())) {
            Option<?> said = retention.isPresent() ? PipelineFormat.RETENTION : PipelineFormat.RETENTION_SIZE;
            findings.problem(
                    section.place(said.name()),
                    "'" + said.name()
                            + "' means nothing with 'cleanup: compact', which keeps the last record of each key");
        }
        return settings.build();
    }

    private void compaction(SectionReader section, TopicSettings.Builder settings) {
        Duration min = section.value(PipelineFormat.MIN_COMPACTION_LAG).orElse(Duration.ZERO);
        Optional<Duration> max = section.value(PipelineFormat.MAX_COMPACTION_LAG);
        section.value(PipelineFormat.DELETE_RETENTION)
                .ifPresent(time -> settings.deleteRetentionMillis(time.toMillis()));
        section.value(PipelineFormat.MIN_CLEANABLE_RATIO).ifPresent(settings::minCleanableRatio);
        if (max.isPresent() && max.get().compareTo(min) < 0) {
            findings.problem(
                    section.place(PipelineFormat.MAX_COMPACTION_LAG.name()),
                    "'max-compaction-lag' is less than 'min-compaction-lag'");
            return;
        }
        settings.minCompactionLagMillis(min.toMillis());
        max.ifPresent(time -> settings.maxCompactionLagMillis(time.toMillis()));
    }

    private Optional<String> checked(
            SectionReader section, String key, Optional<String> value, Function<String, Optional<String>> wrong) {
        Optional<String> reason = value.flatMap(wrong);
        reason.ifPresent(
                words -> findings.problem(element(section, key, 0), "the topic '" + value.orElse("") + "' " + words));
        return reason.isPresent() ? Optional.empty() : value;
    }

    private void checkName(String name, String what, SectionReader section) {
        if (!SectionReader.isName(name)) {
            findings.problem(section.place(), SectionReader.nameRule(what, name));
        }
    }

    /** What is known of a pipeline while its file is read. For one thread. */
    static final class Draft {
        final Findings findings;
        final List<SourceSpec> sources = new ArrayList<>();
        final Map<String, TopicSpec> declaredTopics = new LinkedHashMap<>();
        final Map<String, Place> topicPlaces = new LinkedHashMap<>();
        final List<SinkSpec> sinks = new ArrayList<>();
        final List<Use> uses = new ArrayList<>();
        final List<SourceSteps> sourceSteps = new ArrayList<>();
        final List<SinkSteps> sinkSteps = new ArrayList<>();
        final List<TopicKey> keys = new ArrayList<>();
        String name = "";
        Place namePlace = Place.START;

        Draft(Findings findings) {
            this.findings = findings;
        }

        /** A topic that a sink reads, and where it says so. */
        record Use(String topic, Place place) {}

        /** The steps of a source; without it when something else of it is wrong. */
        record SourceSteps(Optional<SourceSpec> source, Place place, List<Written> steps) {}

        /** The steps of a sink. */
        record SinkSteps(List<String> topics, List<Written> steps) {}

        /** A field of the key that a topic is declared with. */
        record TopicKey(String topic, String field, Place place) {}
    }
}
