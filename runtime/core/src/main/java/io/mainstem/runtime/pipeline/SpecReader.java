package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.text.Nearest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds the entries of a map against the options that a connector, or a section of its options, declares. */
final class SpecReader {

    private final Findings findings;

    SpecReader(Findings findings) {
        this.findings = findings;
    }

    /**
     * The configuration, unless something is wrong with it, which has been reported then.
     *
     * @param owner who declares the options, as a message names it
     * @param place where the map begins, or should stand
     */
    Optional<Config> read(ConfigSpec spec, String owner, Place place, Fields fields) {
        boolean complete = noUnknown(owner, spec, fields);
        Map<String, Object> values = new HashMap<>();
        for (Option<?> option : spec.options()) {
            Optional<Entry> entry = fields.entry(option.name());
            if (entry.isEmpty()) {
                complete &= mayBeMissing(owner, option, place);
                continue;
            }
            Optional<?> value = OptionReader.read(option, entry.get().value(), findings);
            value.ifPresent(parsed -> values.put(option.name(), parsed));
            complete &= value.isPresent();
        }
        if (!complete) {
            return Optional.empty();
        }
        Config config = Config.of(values);
        return keepsTheRules(spec, config, place, fields) ? Optional.of(config) : Optional.empty();
    }

    private boolean noUnknown(String owner, ConfigSpec spec, Fields fields) {
        List<String> names = spec.options().stream().map(Option::name).toList();
        List<Entry> unknown = fields.entries().stream()
                .filter(entry -> !names.contains(entry.key()))
                .toList();
        unknown.forEach(entry -> findings.problem(
                entry.place(), owner + " has no option '" + entry.key() + "'" + Nearest.hintOrAll(entry.key(), names)));
        return unknown.isEmpty();
    }

    private boolean mayBeMissing(String owner, Option<?> option, Place place) {
        if (!option.isRequired()) {
            return true;
        }
        String example =
                option.example().isEmpty() ? "" : ", such as '" + option.name() + ": " + option.example() + "'";
        findings.problem(place, owner + " needs the option '" + option.name() + "'" + example);
        return false;
    }

    private boolean keepsTheRules(ConfigSpec spec, Config config, Place place, Fields fields) {
        List<Problem> broken = spec.problems(config);
        for (Problem problem : broken) {
            Place at = problem.option()
                    .flatMap(fields::entry)
                    .map(entry -> entry.value().place())
                    .orElse(place);
            findings.problem(
                    at, problem.option().map(name -> "'" + name + "': ").orElse("") + problem.message());
        }
        return broken.isEmpty();
    }
}
