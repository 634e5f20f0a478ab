package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.Option;
import io.mainstem.api.TransformFactory;
import io.mainstem.log.TopicSelection;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.pipeline.YamlNode.Items;
import io.mainstem.runtime.pipeline.YamlNode.Text;
import io.mainstem.runtime.pipeline.YamlNode.Text.State;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.plugin.PluginException;
import io.mainstem.runtime.text.Nearest;
import io.mainstem.runtime.transform.BuiltIns;
import io.mainstem.runtime.transform.StepProblem;
import io.mainstem.runtime.transform.StepSpec;
import io.mainstem.runtime.transform.Transforms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code transforms}: a list of maps, each with the name of a step and, if it is limited, {@code on}. */
final class TransformsReader {

    private static final String ON = PipelineFormat.ON.name();

    private final Connectors catalog;
    private final ConnectorReader configs;
    private final Findings findings;

    TransformsReader(Connectors catalog, ConnectorReader configs, Findings findings) {
        this.catalog = catalog;
        this.configs = configs;
        this.findings = findings;
    }

    /** The steps of a source; of one that is wrong by itself, what can be read. */
    List<Written> ofSource(SectionReader section) {
        return steps(section);
    }

    /** The steps of a sink; of one that is wrong by itself, what can be read. */
    List<Written> ofSink(SectionReader section, List<String> topics) {
        List<Written> steps = steps(section);
        for (Written step : steps) {
            if (!BuiltIns.isForSinks(step.spec().factory())) {
                findings.problem(
                        step.place(),
                        "the step '" + step.spec().name() + "' is for sources only: a sink reads the topics"
                                + " that 'topics' names");
            }
            checkOn(step, topics);
        }
        return steps;
    }

    private void checkOn(Written step, List<String> topics) {
        List<String> on = step.spec().on();
        for (int i = 0; i < on.size(); i++) {
            if (!TopicSelection.of(topics).contains(on.get(i))) {
                String wrong = "the sink does not read the topic '" + on.get(i) + "' in 'on'";
                StepProblem problem = StepProblem.on(i, wrong + Nearest.hint(on.get(i), topics));
                findings.problem(step.text().at(problem), problem.message());
            }
        }
    }

    /** A step, and where it stands. */
    record Written(StepSpec spec, Place place, StepText text) {

        static List<StepSpec> specs(List<Written> steps) {
            return steps.stream().map(Written::spec).toList();
        }
    }

    private List<Written> steps(SectionReader section) {
        List<Written> steps = new ArrayList<>();
        Optional<Entry> entry = section.entry(PipelineFormat.TRANSFORMS.name());
        if (entry.isEmpty()) {
            return steps;
        }
        if (!(entry.get().value() instanceof Items list)) {
            findings.problem(
                    entry.get().value().place(),
                    "'transforms' must be a list of steps, not "
                            + entry.get().value().kind());
            return steps;
        }
        list.items().forEach(item -> steps.add(step(item)));
        return steps;
    }

    private Written step(YamlNode item) {
        if (!(item instanceof Fields fields)) {
            return wrong(item.place(), "a step must be a map, such as 'filter: value.amount > 0', not " + item.kind());
        }
        List<Entry> named = fields.entries().stream()
                .filter(entry -> !entry.key().equals(ON))
                .toList();
        if (named.size() != 1) {
            return wrong(
                    item.place(),
                    named.isEmpty()
                            ? "a step needs a name, such as 'filter'"
                            : "a step has one name, and here are '"
                                    + String.join(
                                            "', '",
                                            named.stream().map(Entry::key).toList())
                                    + "'; begin each with a hyphen");
        }
        Entry step = named.get(0);
        return factory(step)
                .map(factory -> written(fields, step, factory))
                .orElseGet(() -> unread(step.key(), step.place()));
    }

    private Written written(Fields fields, Entry step, TransformFactory factory) {
        Fields options = options(factory, step);
        Optional<Config> config = configs.config(factory, "the step '" + step.key() + "'", step.place(), options);
        List<String> on = fields.entry(ON)
                .flatMap(entry -> OptionReader.read(PipelineFormat.ON, entry.value(), findings))
                .orElse(List.of());
        fields.entry(ON)
                .filter(entry ->
                        entry.value() instanceof Items items && items.items().isEmpty())
                .ifPresent(entry -> findings.problem(
                        entry.value().place(), "'on' names nothing; leave it out for all, or name some"));
        StepText text = new StepText(
                findings.file(), step.place(), options, fields.entry(ON).map(Entry::value));
        StepSpec spec = config.map(values -> new StepSpec(factory, values, on, text))
                .orElseGet(() -> new StepRest(catalog, findings.file(), factory, options).spec(on, text));
        return new Written(spec, step.place(), text);
    }

    private Written unread(String name, Place place) {
        StepText text = new StepText(findings.file(), place, new Fields(place, List.of()), Optional.empty());
        return new Written(StepSpec.unread(name, List.of(), text), place, text);
    }

    private Optional<TransformFactory> factory(Entry step) {
        try {
            Optional<TransformFactory> found = Transforms.find(step.key(), catalog);
            if (found.isEmpty()) {
                var names = Transforms.names(catalog);
                String hint = Nearest.hint(step.key(), names);
                findings.problem(
                        step.place(),
                        "there is no step '" + step.key() + "'"
                                + (hint.isEmpty() ? "; there are " + String.join(", ", names) : hint));
            }
            return found;
        } catch (PluginException e) {
            findings.problem(step.place(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** What stands behind the name as a map of options. */
    private static Fields options(TransformFactory factory, Entry step) {
        List<Option<?>> all = factory.config().options();
        YamlNode value = step.value();
        boolean isWhole =
                !(value instanceof Fields) || all.size() == 1 && all.get(0).shape() == Option.Shape.MAP;
        boolean isMissing = value instanceof Text text && text.state() == State.MISSING;
        if (isWhole && !isMissing && !all.isEmpty()) {
            return new Fields(
                    value.place(), List.of(new Entry(value.place(), all.get(0).name(), value)));
        }
        return value instanceof Fields fields ? fields : new Fields(step.place(), List.of());
    }

    private Written wrong(Place place, String message) {
        findings.problem(place, message);
        return unread("", place);
    }
}
