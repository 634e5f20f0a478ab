package io.mainstem.runtime.delivery;

import io.mainstem.api.StopException;
import io.mainstem.log.Log;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicExistsException;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.TopicSpec;

/** Makes the topics that pipelines need. Thread-safe. */
public final class Topics {

    private final Log log;

    /** The topics of a log. */
    public Topics(Log log) {
        this.log = log;
    }

    /**
     * The topic as it is; made as the pipeline says when there is none.
     *
     * @throws StopException when the topic is there with another number of partitions than the pipeline asks for
     */
    public TopicDescription ensure(TopicSpec spec) {
        TopicDescription topic = log.admin().topic(spec.name()).orElseGet(() -> create(spec));
        if (spec.partitions() > 1 && topic.partitions() != spec.partitions()) {
            throw new StopException(
                    "topic.partitions",
                    "topic '" + spec.name() + "' has " + topic.partitions() + " partition(s), and the pipeline says "
                            + spec.partitions(),
                    "set 'partitions: " + topic.partitions()
                            + "' in the pipeline; a topic keeps the number it was made with, "
                            + "since another one would move keys between partitions");
        }
        return topic;
    }

    /** The topic for dead letters of that name; made with one partition when there is none. */
    public TopicDescription ensureDeadLetters(String name) {
        TopicSpec defaults = TopicSpec.defaults(name);
        return ensure(new TopicSpec(name, 1, defaults.key(), CodecKind.BYTES, defaults.settings()));
    }

    private TopicDescription create(TopicSpec spec) {
        try {
            return log.admin().createTopic(spec.name(), spec.partitions(), spec.settings());
        } catch (TopicExistsException e) {
            return log.admin().topic(spec.name()).orElseThrow(() -> e);
        }
    }
}
