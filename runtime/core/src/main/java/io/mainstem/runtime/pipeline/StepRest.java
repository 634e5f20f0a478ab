package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.Option;
import io.mainstem.api.TransformFactory;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.transform.StepSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is left of a step with a mistake when the entries of its maps that have one are taken out: of {@code cast: {id: int99, at: date}}
 * what it says of {@code at}. So the rest is checked, too, and what comes behind it. What is wrong was told before. For one thread.
 */
final class StepRest {

    private final Connectors catalog;
    private final Findings findings;
    private final TransformFactory factory;
    private final Fields options;
    private final Set<String> left = new HashSet<>();

    StepRest(Connectors catalog, Path file, TransformFactory factory, Fields options) {
        this.catalog = catalog;
        this.findings = new Findings(file);
        this.factory = factory;
        this.options = options;
    }

    StepSpec spec(List<String> on, StepText text) {
        StepSpec unread = StepSpec.unread(factory.name(), on, text);
        List<Entry> rest = options.entries().stream().map(this::rest).toList();
        if (left.isEmpty()) {
            return unread;
        }
        Findings all = new Findings(findings.file());
        Optional<Config> config = new ConnectorReader(catalog, all)
                .config(factory, factory.name(), options.place(), new Fields(options.place(), rest));
        return config.map(values -> new StepSpec(factory, values, on, text).without(left))
                .orElseGet(() -> isNothingElseWrong(all, rest) ? unread.without(left) : unread);
    }

    /** Whether it is only that nothing is left of a map. */
    private static boolean isNothingElseWrong(Findings all, List<Entry> rest) {
        return all.problems().size() == 1
                && rest.stream()
                        .anyMatch(entry -> entry.value() instanceof Fields map
                                && map.entries().isEmpty());
    }

    private Entry rest(Entry entry) {
        Optional<? extends Option<?>> element = factory.config().options().stream()
                .filter(option -> option.name().equals(entry.key()) && option.shape() == Option.Shape.MAP)
                .findFirst()
                .flatMap(Option::element);
        if (element.isEmpty() || !(entry.value() instanceof Fields map)) {
            return entry;
        }
        List<Entry> right = new ArrayList<>();
        for (Entry each : map.entries()) {
            if (OptionReader.read(element.get(), each.value(), findings).isPresent()) {
                right.add(each);
            } else {
                left.add(each.key());
            }
        }
        return new Entry(entry.place(), entry.key(), new Fields(map.place(), right));
    }
}
