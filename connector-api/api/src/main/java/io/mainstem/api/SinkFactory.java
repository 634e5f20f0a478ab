package io.mainstem.api;

import java.util.List;

/** Makes sinks. */
public interface SinkFactory extends Factory<Sink> {

    /**
     * The topics into which its sinks publish what they have to say, such as the answers of a server. Patterns of topics that such a sink
     * reads do not take them, or it would answer itself for ever.
     */
    default List<String> publishedTopics(Config config) {
        return List.of();
    }
}
