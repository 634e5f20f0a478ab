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
     * The topic as the pipeline says: made when there is none, its settings altered when the pipeline says something of it
     * and they are others.
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
                            + "' in the pipeline; or add partitions with 'mainstem topics alter " + spec.name()
                            + " --partitions " + spec.partitions()
                            + " --move-keys', after which a key may be in another partition than before");
        }
        boolean isSaid = !spec.equals(TopicSpec.defaults(spec.name()));
        return isSaid && !topic.settings().equals(spec.settings())
                ? log.admin().alterTopic(spec.name(), spec.settings())
                : topic;
    }

    /** The topic for dead letters of that name; made with one partition when there is none. */
    public TopicDescription ensureDeadLetters(String name) {
        TopicSpec defaults = TopicSpec.defaults(name);
        return log.admin()
                .topic(name)
                .orElseGet(() -> create(new TopicSpec(name, 1, defaults.key(), CodecKind.BYTES, defaults.settings())));
    }

    private TopicDescription create(TopicSpec spec) {
        try {
            return log.admin().createTopic(spec.name(), spec.partitions(), spec.settings());
        } catch (TopicExistsException e) {
            return log.admin().topic(spec.name()).orElseThrow(() -> e);
        }
    }
}
