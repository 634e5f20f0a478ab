package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.api.Transform;
import io.mainstem.api.TransformFactory;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Makes steps of our own, and declares them. */
final class StepFactory implements TransformFactory {

    private final String name;
    private final String summary;
    private final ConfigSpec config;
    private final Maker maker;

    /** Makes one. */
    interface Maker {
        Step make(Config config, StepContext context);
    }

    StepFactory(String name, String summary, ConfigSpec config, Maker maker) {
        this.name = name;
        this.summary = summary;
        this.config = config.rule(values -> namesNothing(config, values));
        this.maker = maker;
    }

    /** A list of no fields is a slip: the step would do nothing, or make keys of nothing. */
    private static List<Problem> namesNothing(ConfigSpec config, Config values) {
        return config.options().stream()
                .filter(Option::isRequired)
                .filter(option -> isEmpty(values.get(option)))
                .<Problem>map(option -> Problem.at(option, "it names nothing; name something, or leave the step out"))
                .toList();
    }

    private static boolean isEmpty(Object value) {
        return value instanceof Collection<?> list && list.isEmpty() || value instanceof Map<?, ?> map && map.isEmpty();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public ConfigSpec config() {
        return config;
    }

    @Override
    public Transform create(Config values, Context context) {
        return make(values, (StepContext) context);
    }

    Step make(Config values, StepContext context) {
        return maker.make(values, context);
    }
}
