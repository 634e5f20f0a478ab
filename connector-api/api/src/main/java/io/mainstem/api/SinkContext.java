package io.mainstem.api;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What a sink can ask the runtime for. To be used on the thread that calls the sink. */
public interface SinkContext {

    /**
     * Asks to be delivered from this offset on, at the next call of {@link Sink#write} with this partition. What was written from
     * there on counts as not written, and as not flushed when it is asked for in {@link Sink#flush}.
     */
    void rewind(TopicPartition partition, long offset);

    /** Asks for no more of a partition, until {@link #resume}. */
    void pause(TopicPartition partition);

    /**
     * Asks for no more of a partition, until {@link #resume}, because the target is to be left alone for this time: it is waited to its
     * end, and who looks at the sink is told of it.
     *
     * @param why what is waited for, in one line
     */
    default void pause(TopicPartition partition, Duration time, String why) {
        pause(partition);
    }

    /**
     * As {@link #pause(TopicPartition, Duration, String)}, where the target did not take what it was given, and is to be asked again after
     * this time: the sink is shown as one that retries, until something gets through.
     *
     * @param why how the target refused, in one line
     */
    default void refused(TopicPartition partition, Duration time, String why) {
        pause(partition, time, why);
    }

    /** Asks for a partition again. */
    void resume(TopicPartition partition);

    /** Asks for a {@link Sink#flush} soon. */
    void requestFlush();

    /**
     * Sends one message to the dead letters, as the pipeline's setting says.
     *
     * @return completes when it is durable there; fails when the setting is to stop
     */
    CompletionStage<Void> deadLetter(Message message, Exception why);

    /**
     * Appends a message to a topic, such as what the target answered. It is durable before the offsets of what was written are
     * committed, so it comes at least once: again when what it answers is written again.
     *
     * @param topic a name that the configuration gave; the topic is made when there is none
     * @throws StopException when there can be no such topic, or the message does not go with its records
     */
    void publish(String topic, Message message);

    /** What may still come to the topics that the sink reads. */
    enum Supply {
        /** A source of the pipeline reads for the first and only time, and is not at its end yet. */
        FILLING,
        /** Records may come at any time, or never again. */
        OPEN,
        /** All sources have ended, and one has failed: what the log has is all for now, and not all there should be. */
        BROKEN,
        /** All sources have ended: what the log has is all. */
        ENDED
    }

    /** What may still come, for a sink with messages that wait for others. */
    default Supply supply() {
        return Supply.OPEN;
    }

    /**
     * How far the sink was given a partition.
     *
     * @param position the offset behind what it was given and did not ask for again
     * @param end the offset behind what the log has
     */
    record Reach(long position, long end) {}

    /** How far the sink was given a partition of its own, for a sink with messages that wait for others. */
    default Reach reach(TopicPartition partition) {
        return new Reach(0, 0);
    }

    /**
     * Tells that so many messages of what the sink makes durable in the call that is under way are not in the target though nothing failed, such
     * as rows that a trigger leaves out. They are not counted as written.
     */
    default void notWritten(long messages) {}
}
