package io.mainstem.cli;

import io.mainstem.runtime.pipeline.ConfigProblem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is wrong at this moment with the pipeline files that a worker follows. Thread-safe. */
final class FileProblems {

    private volatile List<ConfigProblem> present = List.of();

    /** These are all there are now. */
    void are(List<ConfigProblem> problems) {
        present = List.copyOf(problems);
    }

    /** The first of each file that has any. */
    List<ConfigProblem> firsts() {
        Map<Path, ConfigProblem> firsts = new LinkedHashMap<>();
        present.forEach(problem -> firsts.putIfAbsent(problem.file(), problem));
        return List.copyOf(firsts.values());
    }

    /** The first of a file, if it has any. */
    Optional<ConfigProblem> first(Path file) {
        return present.stream().filter(problem -> problem.file().equals(file)).findFirst();
    }

    /** A problem with its file named as all messages do. */
    static String text(ConfigProblem problem, Console console) {
        return console.place(problem.file()) + ":" + problem.line() + ":" + problem.column() + ": " + problem.message();
    }
}
