package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Factory;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SourceFactory;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.plugin.PluginClassLoading;
import io.mainstem.runtime.plugin.PluginException;
import io.mainstem.runtime.text.Nearest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Finds the connector that a source or a sink names, and holds its options against what the connector declares. */
final class ConnectorReader {

    private final Connectors catalog;
    private final Findings findings;

    ConnectorReader(Connectors catalog, Findings findings) {
        this.catalog = catalog;
        this.findings = findings;
    }

    Optional<SourceFactory> source(SectionReader section) {
        return factory(section, "source", catalog::source, catalog::sourceNames, catalog::sink);
    }

    Optional<SinkFactory> sink(SectionReader section) {
        return factory(section, "sink", catalog::sink, catalog::sinkNames, catalog::source);
    }

    private <F extends Factory<?>> Optional<F> factory(
            SectionReader section,
            String kind,
            Function<String, Optional<F>> find,
            Supplier<Set<String>> names,
            Function<String, ? extends Optional<?>> other) {
        Optional<String> written = section.value(PipelineFormat.CONNECTOR);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        String name = written.get();
        Place place = section.entry(PipelineFormat.CONNECTOR.name())
                .map(entry -> entry.value().place())
                .orElse(section.place());
        try {
            Optional<F> found = find.apply(name);
            if (found.isEmpty()) {
                findings.problem(
                        place,
                        unknown(name, kind, names.get(), other.apply(name).isPresent()));
            }
            return found;
        } catch (PluginException e) {
            findings.problem(place, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static String unknown(String name, String kind, Set<String> names, boolean isTheOther) {
        if (isTheOther) {
            return "the connector '" + name + "' cannot be a " + kind;
        }
        String hint = Nearest.hint(name, names);
        String all = names.isEmpty() ? "no plugin brings any" : "there are " + String.join(", ", names);
        return "there is no " + kind + " connector '" + name + "'" + (hint.isEmpty() ? "; " + all : hint);
    }

    /** The configuration, unless something is wrong with it. */
    Optional<Config> config(Factory<?> factory, SectionReader section) {
        Optional<Entry> entry = section.entry(PipelineFormat.OPTIONS.name());
        Place place = entry.map(Entry::place).orElse(section.place());
        Fields fields = entry.map(options -> SectionReader.fieldsOf(options.value(), "'options'", findings))
                .orElse(new Fields(place, List.of()));
        return config(factory, "the connector '" + factory.name() + "'", place, fields);
    }

    /**
     * The configuration that a map of options is, unless something is wrong with it.
     *
     * @param what whose options they are, as a message names it
     */
    Optional<Config> config(Factory<?> factory, String what, Place place, Fields fields) {
        try {
            return PluginClassLoading.with(factory, () -> checkedConfig(factory, what, place, fields));
        } catch (Exception | LinkageError e) {
            findings.problem(place, what + " could not check its options: " + e);
            return Optional.empty();
        }
    }

    private Optional<Config> checkedConfig(Factory<?> factory, String what, Place place, Fields fields) {
        ConfigSpec spec = factory.config();
        boolean complete = noUnknown(what, spec, fields);
        Map<String, Object> values = new HashMap<>();
        for (Option<?> option : spec.options()) {
            Optional<Entry> entry = fields.entry(option.name());
            if (entry.isEmpty()) {
                complete &= mayBeMissing(what, option, place);
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

    private boolean noUnknown(String what, ConfigSpec spec, Fields fields) {
        List<String> names = spec.options().stream().map(Option::name).toList();
        List<Entry> unknown = fields.entries().stream()
                .filter(entry -> !names.contains(entry.key()))
                .toList();
        unknown.forEach(entry -> findings.problem(
                entry.place(), what + " has no option '" + entry.key() + "'" + Nearest.hint(entry.key(), names)));
        return unknown.isEmpty();
    }

    private boolean mayBeMissing(String what, Option<?> option, Place place) {
        if (!option.isRequired()) {
            return true;
        }
        String example =
                option.example().isEmpty() ? "" : ", such as '" + option.name() + ": " + option.example() + "'";
        findings.problem(place, what + " needs the option '" + option.name() + "'" + example);
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
