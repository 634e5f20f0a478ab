package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.Option;
import io.mainstem.api.SecretProviderFactory;
import io.mainstem.runtime.pipeline.Section.ConnectorOptions;
import io.mainstem.runtime.pipeline.Section.Named;
import io.mainstem.runtime.pipeline.Section.Value;
import io.mainstem.runtime.plugin.Connectors;
import io.mainstem.runtime.plugin.SharedObjects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The providers of secrets that {@code mainstem.yaml} sets up, by the names that placeholders have for them. Thread-safe. */
public final class SecretProviders implements AutoCloseable {

    private static final Option<String> PROVIDER =
            Option.text("provider").doc("The provider of a plugin; without it, the one that has this name.");
    private static final ConnectorOptions OPTIONS = new ConnectorOptions("options", "The options of the provider.");

    /** What {@code mainstem.yaml} has of them. */
    static final Named SECTION = new Named(
            "secrets",
            "Places that have secrets, by the names that placeholders have for them.",
            Section.of(new Value(PROVIDER), OPTIONS));

    private static final Set<String> BUILT_IN = Set.of("env", "file");
    private static final SecretProviders NONE = new SecretProviders(Map.of(), Secrets.none());

    private final Map<String, SecretLookup> byName;
    private final Secrets secrets;

    private SecretProviders(Map<String, SecretLookup> byName, Secrets secrets) {
        this.byName = byName;
        this.secrets = secrets;
    }

    /** What came of reading the settings. */
    public sealed interface Result {

        /**
         * They are right.
         *
         * @param providers to be closed by who has asked
         */
        record Valid(SecretProviders providers) implements Result {}

        /**
         * Something is wrong.
         *
         * @param problems all that is wrong, in order; at least one
         */
        record Invalid(List<ConfigProblem> problems) implements Result {

            /** Copies the list. */
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /** None. */
    public static SecretProviders none() {
        return NONE;
    }

    /**
     * Reads the settings of the worker, if there are any. No provider is made before a secret of it is asked for.
     *
     * @param file {@code mainstem.yaml}, which need not be there
     * @param environment the environment variables that placeholders in it may name; it cannot name secrets of providers
     * @param clock what the providers take for the time
     */
    public static Result read(Path file, Connectors catalog, Map<String, String> environment, Clock clock) {
        if (!Files.exists(file)) {
            return new Result.Valid(NONE);
        }
        Findings findings = new Findings(file);
        Map<String, SecretLookup> byName = new LinkedHashMap<>();
        YamlFile.read(findings, Outside.of(environment))
                .ifPresent(root -> SectionReader.of(
                                WorkerSettings.SETTINGS, WorkerSettings.FILE, root.place(), root, findings)
                        .named(SECTION)
                        .forEach((name, section) -> {
                            if (isFree(name, section, findings)) {
                                lookup(name, section, catalog, clock, findings)
                                        .ifPresent(found -> byName.put(name, found));
                            }
                        }));
        return findings.isClean()
                ? new Result.Valid(
                        byName.isEmpty() ? NONE : new SecretProviders(Map.copyOf(byName), findings.secrets()))
                : new Result.Invalid(findings.problems());
    }

    private static boolean isFree(String name, SectionReader section, Findings findings) {
        if (BUILT_IN.contains(name)) {
            findings.problem(section.place(), "'" + name + "' stands for something else; take another name");
            return false;
        }
        if (!SectionReader.isName(name)) {
            findings.problem(section.place(), SectionReader.nameRule("the name", name));
            return false;
        }
        return true;
    }

    private static Optional<SecretLookup> lookup(
            String name, SectionReader section, Connectors catalog, Clock clock, Findings findings) {
        ConnectorReader reader = new ConnectorReader(catalog, findings);
        String provider = section.value(PROVIDER).orElse(name);
        Place place = section.entry(PROVIDER.name())
                .map(entry -> entry.value().place())
                .orElse(section.place());
        Optional<SecretProviderFactory> factory = reader.secretProvider(provider, place);
        Optional<Config> config = factory.flatMap(found -> reader.config(found, section));
        return config.map(values -> new SecretLookup(
                name,
                factory.orElseThrow(),
                values,
                new SecretContext(
                        name,
                        findings.file(),
                        findings.secrets(),
                        clock,
                        SharedObjects.OF_THIS_PROCESS.lease(
                                factory.orElseThrow().getClass().getClassLoader())),
                System::nanoTime,
                SecretLookup.MOST));
    }

    /** Those of the providers' own options. */
    public Secrets secrets() {
        return secrets;
    }

    /** Whether there is one of this name. */
    boolean has(String provider) {
        return byName.containsKey(provider);
    }

    /** The names there are, in order of the alphabet. */
    List<String> names() {
        return byName.keySet().stream().sorted().toList();
    }

    /**
     * A secret. May wait for the provider for some seconds, the first time.
     *
     * @throws SecretException when it cannot be had
     */
    String get(String provider, String name) throws SecretException {
        SecretLookup lookup = byName.get(provider);
        if (lookup == null) {
            throw new IllegalArgumentException("there is no provider '" + provider + "'");
        }
        return lookup.get(name);
    }

    /** Closes those that were made. */
    @Override
    public void close() {
        byName.values().forEach(SecretLookup::close);
    }
}
