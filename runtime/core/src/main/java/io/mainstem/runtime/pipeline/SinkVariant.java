package io.mainstem.runtime.pipeline;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.runtime.plugin.PluginClassLoading;
import io.mainstem.runtime.text.Nearest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes a sink that is another one but for some options. */
public final class SinkVariant {

    private SinkVariant() {}

    /**
     * The same sink under another name and with other values for some options.
     *
     * @param values values by the names of options, as they are written in a file
     * @throws IllegalArgumentException when the connector has no such option, or the value is not right
     */
    public static SinkSpec of(SinkSpec sink, String name, Map<String, String> values) {
        Config config;
        try {
            config = PluginClassLoading.with(
                    sink.factory(), () -> config(sink, sink.factory().config(), values));
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalArgumentException(
                    "the connector '" + sink.connector() + "' could not check its options: " + e, e);
        }
        return new SinkSpec(
                name,
                sink.connector(),
                sink.factory(),
                config,
                sink.topics(),
                sink.transforms(),
                sink.batch(),
                sink.onFailure());
    }

    private static Config config(SinkSpec sink, ConfigSpec spec, Map<String, String> values) {
        Map<String, Object> all = new HashMap<>();
        List<String> names = spec.options().stream().map(Option::name).toList();
        for (Option<?> option : spec.options()) {
            if (sink.config().isSet(option)) {
                all.put(option.name(), sink.config().get(option));
            }
            String written = values.get(option.name());
            if (written != null) {
                all.put(option.name(), parse(option, written));
            }
        }
        values.keySet().stream()
                .filter(name -> !names.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("the connector '" + sink.connector() + "' has no option '" + name
                            + "'" + Nearest.hint(name, names));
                });
        Config config = Config.of(all);
        List<Problem> problems = spec.problems(config);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.stream()
                    .map(problem ->
                            problem.option().map(option -> "'" + option + "': ").orElse("") + problem.message())
                    .collect(Collectors.joining("; ")));
        }
        return config;
    }

    private static Object parse(Option<?> option, String written) {
        if (option.isSecret()) {
            throw new IllegalArgumentException("'" + option.name()
                    + "' is a secret, which others could read on the command line; it stays as the" + " file says");
        }
        try {
            return option.parse(written);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("'" + option.name() + "' " + e.getMessage(), e);
        }
    }
}
