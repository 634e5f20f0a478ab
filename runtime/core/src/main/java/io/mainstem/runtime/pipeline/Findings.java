package io.mainstem.runtime.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What reading one file brings to light. For one thread. */
final class Findings {

    private final Path file;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private final Set<String> secrets = new LinkedHashSet<>();

    private final boolean resolves;
    private final String kind;

    Findings(Path file) {
        this(file, true, "pipeline");
    }

    private Findings(Path file, boolean resolves, String kind) {
        this.file = file;
        this.resolves = resolves;
        this.kind = kind;
    }

    /** For a fixture. */
    static Findings ofFixture(Path file) {
        return new Findings(file, true, "fixture");
    }

    /** What the file should be. */
    String kind() {
        return kind;
    }

    /** For a text of somebody else's: its placeholders stand for nothing, so that no message can tell what they name. */
    static Findings withoutPlaceholders(Path file) {
        return new Findings(file, false, "pipeline");
    }

    /** Whether placeholders are looked up. */
    boolean resolvesPlaceholders() {
        return resolves;
    }

    Path file() {
        return file;
    }

    void problem(Place place, String message) {
        problems.add(new ConfigProblem(file, place.line(), place.column(), message));
    }

    void warning(Place place, String message) {
        warnings.add(new ConfigProblem(file, place.line(), place.column(), message));
    }

    void secret(String value) {
        secrets.add(value);
    }

    boolean isClean() {
        return problems.isEmpty();
    }

    Secrets secrets() {
        return Secrets.of(secrets);
    }

    /** In order, once each, without secrets: a connector's message may quote the value that it refuses. */
    List<ConfigProblem> problems() {
        return presentable(problems);
    }

    List<ConfigProblem> warnings() {
        return presentable(warnings);
    }

    private List<ConfigProblem> presentable(List<ConfigProblem> found) {
        Secrets known = secrets();
        return found.stream()
                .map(problem ->
                        new ConfigProblem(file, problem.line(), problem.column(), known.scrub(problem.message())))
                .distinct()
                .sorted()
                .toList();
    }
}
