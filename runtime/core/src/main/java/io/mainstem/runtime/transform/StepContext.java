package io.mainstem.runtime.transform;

import io.mainstem.api.Context;

/** What a step of our own may ask. */
public interface StepContext extends Context {

    /**
     * The last record of each key of a topic. Steps of one chain that ask for the same topic get the same table.
     *
     * @param topic the topic
     * @param most how many rows it may have
     */
    Table table(String topic, long most) throws Exception;
}
