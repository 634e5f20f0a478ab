package io.mainstem.api;

/** What happened to the thing that a message's key names. */
public enum Operation {
    /** It came into being, or the source does not tell creation from change. */
    CREATE,
    /** It changed. */
    UPDATE,
    /** It ceased to be. The message has a key and no value. */
    DELETE,
    /** It was there when the source was first read. */
    SNAPSHOT
}
