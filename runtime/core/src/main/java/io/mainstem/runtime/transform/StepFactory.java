package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Transform;
import io.mainstem.api.TransformFactory;

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
        this.config = config;
        this.maker = maker;
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
