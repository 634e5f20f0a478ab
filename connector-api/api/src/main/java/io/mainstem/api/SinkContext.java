package io.mainstem.api;

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
}
