package io.mainstem.api;

/** Hears what became of a checkpoint. Called on a thread of the runtime, once, and should return soon. */
public interface Ack {

    /** What was emitted before the checkpoint is in the log, on disk, and so is the position. */
    void durable();

    /** It is not, and the reader will be closed. */
    void failed(Exception cause);
}
