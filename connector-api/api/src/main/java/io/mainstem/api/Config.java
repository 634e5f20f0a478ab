package io.mainstem.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of a connector's options: every one that is required is there, and each has been checked. Immutable. */
public final class Config {

    private final Map<String, Object> values;

    private Config(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Values that were parsed already. For the runtime.
     *
     * @param values by option name, each what {@link Option#parse} gave
     */
    public static Config of(Map<String, ?> values) {
        return new Config(new HashMap<>(values));
    }

    /**
     * Parses and checks a whole configuration.
     *
     * @param raw by option name: text, lists and maps, as YAML has them
     * @throws IllegalArgumentException with everything that is wrong, a line each
     */
    public static Config parse(ConfigSpec spec, Map<String, ?> raw) {
        List<String> problems = new ArrayList<>();
        Map<String, Object> values = new HashMap<>();
        raw.keySet().stream()
                .filter(name -> spec.option(name).isEmpty())
                .forEach(name -> problems.add("there is no option '" + name + "'"));
        for (Option<?> option : spec.options()) {
            Object given = raw.get(option.name());
            if (given == null) {
                if (option.isRequired()) {
                    problems.add("the option '" + option.name() + "' is required");
                }
                continue;
            }
            try {
                values.put(option.name(), option.parse(given));
            } catch (IllegalArgumentException e) {
                problems.add("'" + option.name() + "' " + e.getMessage());
            }
        }
        Config config = new Config(values);
        if (problems.isEmpty()) {
            spec.problems(config).forEach(problem -> problems.add(problem.toString()));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return config;
    }

    /**
     * The value of an option that is required, has a default, or is set.
     *
     * @throws IllegalStateException when it has no value
     */
    public <T> T get(Option<T> option) {
        return find(option)
                .orElseThrow(() ->
                        new IllegalStateException("option '" + option.name() + "' is neither set nor has a default"));
    }

    /** The value of an option: what was set, else its default, else nothing. */
    @SuppressWarnings("unchecked")
    public <T> Optional<T> find(Option<T> option) {
        @Nullable Object value = values.get(option.name());
        return value == null ? option.defaultValue() : Optional.of((T) value);
    }

    /** Whether the option was set, not defaulted. */
    public boolean isSet(Option<?> option) {
        return values.containsKey(option.name());
    }

    /** Equal when the same options have equal values. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Config config && config.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The names of the options that were set; no values, since some are secret. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
