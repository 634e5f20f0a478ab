package io.mainstem.runtime.pipeline;

import io.mainstem.api.Field;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.TopicSelection;
import io.mainstem.runtime.pipeline.PipelineFile.Draft;
import io.mainstem.runtime.pipeline.TransformsReader.Written;
import io.mainstem.runtime.plugin.PluginClassLoading;
import io.mainstem.runtime.text.Nearest;
import io.mainstem.runtime.transform.KnownStream;
import io.mainstem.runtime.transform.StepCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows what is known of rows from the sources of all files through their steps into topics, and through the steps of the sinks that
 * read those, and finds what does not go together. For one thread.
 */
final class FieldFlow {

    private static final KnownStream NOTHING = KnownStream.open("", List.of());

    private final List<Draft> drafts;
    private final boolean looksAtSources;
    private final List<Inflow> inflows = new ArrayList<>();
    private final Map<Draft, Set<Place>> told = new HashMap<>();

    /**
     * Of the files of one command.
     *
     * @param looksAtSources whether sources may look at what they will read
     */
    FieldFlow(List<Draft> drafts, boolean looksAtSources) {
        this.drafts = drafts;
        this.looksAtSources = looksAtSources;
    }

    void run() {
        drafts.forEach(draft -> draft.sourceSteps.forEach(source -> source(draft, source)));
        drafts.forEach(draft -> draft.keys.forEach(key -> key(draft, key)));
        Map<String, List<String>> keys = new HashMap<>();
        drafts.forEach(draft -> draft.declaredTopics.forEach((name, topic) -> {
            if (!topic.key().isEmpty()) {
                keys.put(name, topic.key());
            }
        }));
        drafts.forEach(draft -> draft.sinkSteps.forEach(sink -> sink(draft, sink, keys)));
    }

    private void source(Draft draft, Draft.SourceSteps part) {
        List<KnownStream> known = known(draft, part);
        for (KnownStream stream : known) {
            KnownStream behind = check(draft, part.steps(), stream);
            part.source()
                    .ifPresent(source -> inflows.addAll(
                            Inflow.of(DraftChecks.template(draft, source), source.transforms(), behind)));
        }
        List<String> names =
                known.stream().map(stream -> stream.stream().name()).toList();
        checkTheRest(draft, part.steps(), names);
    }

    private List<KnownStream> known(Draft draft, Draft.SourceSteps part) {
        if (part.source().isEmpty()) {
            return List.of(NOTHING);
        }
        SourceSpec source = part.source().get();
        List<StreamSchema> streams = looksAtSources ? streams(draft, source, part.place()) : List.of();
        return streams.isEmpty()
                ? List.of(KnownStream.open("", declared(draft, source, part.place())))
                : streams.stream().map(KnownStream::complete).toList();
    }

    private static List<Field> declared(Draft draft, SourceSpec source, Place place) {
        try {
            return PluginClassLoading.with(
                    source.factory(), () -> source.factory().declaredFields(source.config()));
        } catch (Exception | LinkageError e) {
            draft.findings.problem(place, "the connector '" + source.connector() + "' could not tell its fields: " + e);
            return List.of();
        }
    }

    private static List<StreamSchema> streams(Draft draft, SourceSpec source, Place place) {
        ValidationContext context =
                new ValidationContext(draft.name, source.name(), draft.findings.file(), draft.findings.secrets());
        try {
            return PluginClassLoading.with(
                    source.factory(), () -> source.factory().knownStreams(source.config(), context));
        } catch (RetryException | IOException e) {
            // It may be otherwise when it runs.
            return List.of();
        } catch (StopException e) {
            draft.findings.warning(
                    place, "as things are, a first start would stop: " + e.getMessage() + ". " + e.whatToDo());
            return List.of();
        } catch (Exception | LinkageError e) {
            draft.findings.warning(
                    place, "the connector '" + source.connector() + "' could not look at what it will read: " + e);
            return List.of();
        }
    }

    private void key(Draft draft, Draft.TopicKey key) {
        for (Inflow inflow : Inflow.into(key.topic(), inflows)) {
            if (!inflow.stream().mayHave(key.field())) {
                List<String> names = inflow.stream().schema().fields().stream()
                        .map(Field::name)
                        .toList();
                String hint = Nearest.hint(key.field(), names);
                draft.findings.problem(
                        key.place(),
                        "there is no field '" + key.field() + "' in what comes into the topic '" + key.topic() + "'"
                                + (hint.isEmpty() ? "; the fields are " + String.join(", ", names) : hint));
                return;
            }
        }
    }

    private void sink(Draft draft, Draft.SinkSteps sink, Map<String, List<String>> keys) {
        TopicSelection selection = TopicSelection.of(sink.topics());
        List<String> topics = new ArrayList<>(selection.in(Inflow.topics(inflows)));
        for (String topic : topics) {
            List<Inflow> found = Inflow.into(topic, inflows);
            found.forEach(inflow -> check(draft, sink.steps(), inflow.at(topic, keys.getOrDefault(topic, List.of()))));
            if (found.isEmpty()) {
                check(draft, sink.steps(), KnownStream.open(topic, List.of()));
            }
        }
        for (Inflow inflow : Inflow.meeting(selection.patterns(), inflows)) {
            check(draft, sink.steps(), inflow.atAny(keys.keySet()));
            topics.add(inflow.topic());
        }
        checkTheRest(draft, sink.steps(), topics);
    }

    /** Steps that are for none of these streams are right or wrong by themselves. */
    private void checkTheRest(Draft draft, List<Written> steps, List<String> streams) {
        boolean isEachReached = streams.contains("")
                || steps.stream().allMatch(step -> streams.stream().anyMatch(step.spec()::mayApplyTo));
        if (!isEachReached) {
            check(draft, steps, NOTHING);
        }
    }

    /** What is told at a place once is not told there again, for another topic or in other words. */
    private KnownStream check(Draft draft, List<Written> steps, KnownStream stream) {
        StepCheck.Result result = StepCheck.check(Written.specs(steps), stream);
        Set<Place> before = told.computeIfAbsent(draft, each -> new HashSet<>());
        Set<Place> now = new HashSet<>();
        for (StepCheck.Finding finding : result.findings()) {
            Place place = steps.get(finding.step()).text().at(finding.problem());
            if (!before.contains(place)) {
                draft.findings.problem(place, finding.problem().message());
                now.add(place);
            }
        }
        before.addAll(now);
        return result.behind();
    }
}
