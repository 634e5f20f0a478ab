package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.pipeline.PipelineFile.Draft;
import io.mainstem.runtime.text.Nearest;
import io.mainstem.runtime.text.TopicNames;
import io.mainstem.runtime.transform.Routes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Looks at what no source or sink can see alone: names across files, and topics that nobody writes. */
final class DraftChecks {

    private final List<Draft> drafts;

    DraftChecks(List<Draft> drafts) {
        this.drafts = drafts;
    }

    void run() {
        pipelinesHaveNamesOfTheirOwn();
        topicsHaveOneOwner();
        if (drafts.stream().allMatch(draft -> draft.findings.isClean())) {
            topicsAreWritten();
        }
    }

    private void pipelinesHaveNamesOfTheirOwn() {
        Map<String, Draft> byName = new HashMap<>();
        for (Draft draft : drafts) {
            Draft first = draft.name.isEmpty() ? null : byName.putIfAbsent(draft.name, draft);
            if (first != null) {
                draft.findings.problem(
                        draft.namePlace,
                        "the pipeline '" + draft.name + "' is already in " + first.findings.file()
                                + "; give this one another name");
            }
        }
    }

    private void topicsHaveOneOwner() {
        Map<String, Draft> owners = new HashMap<>();
        for (Draft draft : drafts) {
            draft.topicPlaces.forEach((topic, place) -> {
                Draft owner = owners.putIfAbsent(topic, draft);
                if (owner != null) {
                    draft.findings.problem(
                            place,
                            "the topic '" + topic + "' is already declared in " + owner.findings.file()
                                    + "; declare it in one file and use it from the others");
                }
            });
        }
    }

    /** Another pipeline may write a topic; but where a file has sources, a misspelt name is the likelier cause. */
    private void topicsAreWritten() {
        List<String> templates = drafts.stream()
                .flatMap(draft -> draft.sources.stream().flatMap(source -> templates(draft, source)))
                .toList();
        Set<String> names = new TreeSet<>(templates);
        drafts.forEach(draft -> names.addAll(draft.declaredTopics.keySet()));
        for (Draft draft : drafts) {
            if (!draft.sources.isEmpty()) {
                draft.uses.stream()
                        .filter(use ->
                                templates.stream().noneMatch(template -> TopicNames.couldBe(use.topic(), template)))
                        .forEach(use -> draft.findings.warning(
                                use.place(),
                                "no source here writes the topic '" + use.topic() + "'"
                                        + Nearest.hint(use.topic(), names)));
            }
        }
    }

    /** All the topics that a source may write: those that its steps choose, and that of its own unless they choose for every message. */
    private static Stream<String> templates(Draft draft, SourceSpec source) {
        Stream<String> routes = Routes.of(source.transforms()).stream();
        return Routes.takeAll(source.transforms()) ? routes : Stream.concat(Stream.of(template(draft, source)), routes);
    }

    /** A source's topic with all but the stream filled in. */
    static String template(Draft draft, SourceSpec source) {
        return source.topic().replace("{pipeline}", draft.name).replace("{source}", source.name());
    }
}
