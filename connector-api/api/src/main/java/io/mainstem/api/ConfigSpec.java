package io.mainstem.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** All options of a source or a sink, with the rules that hold between them. Immutable. */
public final class ConfigSpec {

    private final Map<String, Option<?>> options;
    private final List<Function<Config, List<Problem>>> rules;

    private ConfigSpec(Map<String, Option<?>> options, List<Function<Config, List<Problem>>> rules) {
        this.options = options;
        this.rules = rules;
    }

    /** These options, in the order in which documentation lists them. */
    public static ConfigSpec of(Option<?>... options) {
        Map<String, Option<?>> byName = new LinkedHashMap<>();
        for (Option<?> option : options) {
            if (byName.put(option.name(), option) != null) {
                throw new IllegalArgumentException("two options are named '" + option.name() + "'");
            }
        }
        return new ConfigSpec(byName, List.of());
    }

    /** The same with a rule, which sees a configuration whose options are each right, and says what is wrong with all of it. */
    public ConfigSpec rule(Function<Config, List<Problem>> rule) {
        List<Function<Config, List<Problem>>> more = new ArrayList<>(rules);
        more.add(rule);
        return new ConfigSpec(options, List.copyOf(more));
    }

    /** The options, in order. */
    public List<Option<?>> options() {
        return List.copyOf(options.values());
    }

    /** An option by name. */
    public Optional<Option<?>> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** What the rules find wrong. */
    public List<Problem> problems(Config config) {
        List<Problem> problems = new ArrayList<>();
        rules.forEach(rule -> problems.addAll(rule.apply(config)));
        return problems;
    }
}
