package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.Factory;
import io.mainstem.api.SecretProviderFactory;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SourceFactory;
import io.mainstem.runtime.pipeline.YamlNode.Entry;
import io.mainstem.runtime.pipeline.YamlNode.Fields;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.plugin.PluginClassLoading;
import io.mainstem.runtime.plugin.PluginException;
import io.mainstem.runtime.text.Nearest;
import java.util.List;
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
        return found(
                name,
                place,
                find,
                () -> unknown(
                        name,
                        kind + " connector",
                        names.get(),
                        other.apply(name).isPresent()));
    }

    private <F> Optional<F> found(
            String name, Place place, Function<String, Optional<F>> find, Supplier<String> unknown) {
        try {
            Optional<F> found = find.apply(name);
            if (found.isEmpty()) {
                findings.problem(place, unknown.get());
            }
            return found;
        } catch (PluginException e) {
            findings.problem(place, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** The provider of secrets of this name, which stands there. */
    Optional<SecretProviderFactory> secretProvider(String name, Place place) {
        return found(
                name,
                place,
                catalog::secretProvider,
                () -> unknown(name, "provider of secrets", catalog.secretProviderNames(), false));
    }

    private static String unknown(String name, String kind, Set<String> names, boolean isTheOther) {
        if (isTheOther) {
            return "the connector '" + name + "' cannot be a " + kind.replace(" connector", "");
        }
        String hint = Nearest.hint(name, names);
        String all = names.isEmpty() ? "no plugin brings any" : "there are " + String.join(", ", names);
        return "there is no " + kind + " '" + name + "'" + (hint.isEmpty() ? "; " + all : hint);
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
            return PluginClassLoading.with(
                    factory, () -> new SpecReader(findings).read(factory.config(), what, place, fields));
        } catch (Exception | LinkageError e) {
            findings.problem(place, what + " could not check its options: " + e);
            return Optional.empty();
        }
    }
}
