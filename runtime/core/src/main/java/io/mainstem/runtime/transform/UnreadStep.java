package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Transform;
import io.mainstem.api.TransformFactory;

/** Stands for a step of a file that could not be read, so that checks of the others know that something is there. It makes nothing. */
record UnreadStep(String name) implements TransformFactory {

    @Override
    public String summary() {
        return "";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Transform create(Config config, Context context) {
        throw new IllegalStateException("the step '" + name + "' could not be read");
    }
}
