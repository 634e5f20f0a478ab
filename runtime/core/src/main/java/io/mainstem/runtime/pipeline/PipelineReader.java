package io.mainstem.runtime.pipeline;

import io.mainstem.log.TopicSelection;
import io.mainstem.runtime.pipeline.PipelineFile.Draft;
import io.mainstem.runtime.plugin.Connectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads pipeline files. The only door to the format. */
public final class PipelineReader {

    private PipelineReader() {}

    /**
     * Reads one file.
     *
     * @param environment the environment variables that placeholders may name
     */
    public static PipelineSet read(Path file, Connectors catalog, Map<String, String> environment) {
        return read(List.of(file), catalog, environment);
    }

    /** Reads several files, which must fit together: no two pipelines of one name, no topic with two owners. */
    public static PipelineSet read(List<Path> files, Connectors catalog, Map<String, String> environment) {
        return read(files, catalog, Outside.of(environment));
    }

    /** The same with all that placeholders may name. */
    public static PipelineSet read(List<Path> files, Connectors catalog, Outside outside) {
        List<Draft> drafts = new ArrayList<>();
        for (Path file : files) {
            drafts.add(PipelineFile.read(new Findings(file), catalog, outside));
        }
        return set(drafts);
    }

    /** The same for files as they were once; which must fit together in this order. */
    static PipelineSet read(Map<Path, byte[]> files, Connectors catalog, Outside outside) {
        List<Draft> drafts = new ArrayList<>();
        files.forEach((file, bytes) -> drafts.add(PipelineFile.read(bytes, new Findings(file), catalog, outside)));
        return set(drafts);
    }

    /**
     * Reads the text of a file that is not there.
     *
     * @param file what the text is called in problems, and from where its paths start
     */
    public static PipelineSet read(byte[] text, Path file, Connectors catalog, Outside outside) {
        return read(Map.of(file, text), catalog, outside);
    }

    /**
     * Checks the text of somebody else's, as far as that can be done without looking up what its placeholders name.
     *
     * @param file what the text is called in problems
     */
    public static PipelineSet check(byte[] text, Path file, Connectors catalog) {
        return set(List.of(PipelineFile.read(text, Findings.withoutPlaceholders(file), catalog, Outside.of(Map.of()))));
    }

    private static PipelineSet set(List<Draft> drafts) {
        new DraftChecks(drafts).run();
        List<ConfigProblem> problems = drafts.stream()
                .flatMap(draft -> draft.findings.problems().stream())
                .toList();
        if (!problems.isEmpty()) {
            return new PipelineSet.Invalid(problems);
        }
        return valid(drafts);
    }

    private static PipelineSet valid(List<Draft> drafts) {
        Map<String, TopicSpec> declared = new LinkedHashMap<>();
        drafts.forEach(draft -> declared.putAll(draft.declaredTopics));
        Secrets secrets = Secrets.none();
        List<Pipeline> pipelines = new ArrayList<>();
        List<ConfigProblem> warnings = new ArrayList<>();
        for (Draft draft : drafts) {
            pipelines.add(pipeline(draft, declared));
            secrets = secrets.and(draft.findings.secrets());
            warnings.addAll(draft.findings.warnings());
        }
        return new PipelineSet.Valid(pipelines, secrets, warnings);
    }

    private static Pipeline pipeline(Draft draft, Map<String, TopicSpec> declared) {
        Map<String, TopicSpec> topics = new LinkedHashMap<>(draft.declaredTopics);
        List<String> named = new ArrayList<>();
        draft.sources.stream()
                .map(source -> DraftChecks.template(draft, source))
                .filter(template -> !template.contains("{stream}"))
                .forEach(named::add);
        // What patterns take has the settings that another file gives it.
        draft.sinks.forEach(
                sink -> named.addAll(TopicSelection.of(sink.topics()).in(declared.keySet())));
        for (String topic : named) {
            topics.computeIfAbsent(topic, name -> declared.getOrDefault(name, TopicSpec.defaults(name)));
        }
        return new Pipeline(
                draft.name, draft.findings.file(), draft.sources, List.copyOf(topics.values()), draft.sinks);
    }
}
