package io.mainstem.api;

/**
 * Hears what became of a checkpoint. Called once, on the thread that polls, between two calls of the connector; one that does not
 * return soon holds the source up and counts as hung.
 */
public interface Ack {

    /** What was emitted before the checkpoint is in the log, on disk, and so is the position. */
    void durable();

    /** It is not, and the reader will be closed. */
    void failed(Exception cause);
}
