package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.pipeline.YamlNode.Items;
import io.mainstem.runtime.pipeline.YamlNode.Text;
import io.mainstem.runtime.transform.StepPlaces;
import io.mainstem.runtime.transform.StepProblem;
import java.nio.file.Path;
import java.util.Optional;

/** Where the options of one step stand in its file, down to a character of an expression. Immutable. */
final class StepText implements StepPlaces {

    private final Path file;
    private final Place step;
    private final Fields options;
    private final Optional<YamlNode> on;

    StepText(Path file, Place step, Fields options, Optional<YamlNode> on) {
        this.file = file;
        this.step = step;
        this.options = options;
        this.on = on;
    }

    @Override
    public String place(StepProblem problem) {
        Place place = at(problem);
        return file + ":" + place.line() + ":" + place.column();
    }

    Place at(StepProblem problem) {
        String path = problem.path();
        if (path.startsWith(StepProblem.ON)) {
            return on.flatMap(names -> find(names, path.substring(StepProblem.ON.length()), false))
                    .map(YamlNode::place)
                    .orElse(step);
        }
        boolean isKey = path.endsWith(StepProblem.KEY);
        return find(options, isKey ? path.substring(0, path.length() - 1) : path, isKey)
                .map(found -> found instanceof Text text ? inside(text, problem) : found.place())
                .orElse(step);
    }

    private static Place inside(Text text, StepProblem problem) {
        Place begin = text.content();
        if (problem.line() == 1
                && problem.column() >= 1
                && problem.column() <= text.columns().size()) {
            return new Place(begin.line(), text.columns().get(problem.column() - 1));
        }
        return problem.line() == 1
                ? new Place(begin.line(), begin.column() + problem.column() - 1)
                : new Place(begin.line() + problem.line() - 1, begin.column() + problem.column() - 1);
    }

    /** What stands at a path. A name in it may have dots itself. A list of one may stand alone. */
    private static Optional<YamlNode> find(YamlNode node, String path, boolean isKey) {
        if (path.isEmpty()) {
            return Optional.of(node);
        }
        if (node instanceof Fields fields) {
            for (Entry entry : fields.entries()) {
                if (path.equals(entry.key())) {
                    return Optional.of(
                            isKey
                                    ? new Text(entry.place(), entry.key(), java.util.List.of(), Text.State.WRITTEN)
                                    : entry.value());
                }
                if (path.startsWith(entry.key() + ".")) {
                    return find(entry.value(), path.substring(entry.key().length() + 1), isKey);
                }
            }
            return Optional.empty();
        }
        if (node instanceof Items items) {
            int index = Integer.parseInt(path);
            return index < items.items().size() ? Optional.of(items.items().get(index)) : Optional.empty();
        }
        return Optional.of(node);
    }
}
