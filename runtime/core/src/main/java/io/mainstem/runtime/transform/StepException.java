package io.mainstem.runtime.transform;

import io.mainstem.runtime.expression.ExpressionException;
import io.mainstem.runtime.text.Nearest;
import io.mainstem.runtime.text.TopicNames;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A step that does not go with the fields of its stream; or, without problems, one of which that cannot be told. */
final class StepException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<StepProblem> problems;

    private StepException(List<StepProblem> problems) {
        super(problems.stream().map(StepProblem::message).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    static StepException at(String path, String message) {
        return new StepException(List.of(StepProblem.at(path, message)));
    }

    /**
     * Looks at the name of a topic, or what a template of names makes.
     *
     * @throws StepException when it is none
     */
    static void checkTopic(String path, String written, String name) throws StepException {
        Optional<String> wrong = TopicNames.wrongName(name);
        if (wrong.isPresent()) {
            throw at(path, "the topic '" + written + "' " + wrong.get());
        }
    }

    /** A field that is not there, and those that are. */
    static StepException missing(String path, String field, List<String> names) {
        String hint = Nearest.hint(field, names);
        return at(
                path,
                "there is no field '" + field + "'"
                        + (hint.isEmpty() ? "; the fields are " + String.join(", ", names) : hint));
    }

    /** Nothing can be said, since not all fields are known. */
    static StepException unsure() {
        return of(List.of());
    }

    static StepException of(List<StepProblem> problems) {
        return new StepException(problems);
    }

    /** An expression that cannot be used, which begins so many characters behind the start of the value. */
    static StepException of(String path, ExpressionException wrong, int shift) {
        return new StepException(wrong.mistakes().stream()
                .map(mistake -> new StepProblem(
                        path,
                        mistake.line(),
                        mistake.line() == 1 ? mistake.column() + shift : mistake.column(),
                        mistake.message()))
                .toList());
    }

    List<StepProblem> problems() {
        return problems;
    }
}
