package io.mainstem.api;

/**
 * Makes transforms of one kind. Its {@link #name} is the key of a step in {@code transforms:}. Behind that key stands a map of its
 * options; of a step with one option, the value of that option itself; and a text or a list is always the value of the first
 * option.
 */
public interface TransformFactory extends Factory<Transform> {

    /** Transforms have no capabilities. */
    @Override
    default Capabilities capabilities(Config config) {
        return Capabilities.of();
    }
}
