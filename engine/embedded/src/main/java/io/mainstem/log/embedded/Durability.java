package io.mainstem.log.embedded;

/** What an acknowledged record survives. */
public enum Durability {
    /** The loss of power: its bytes were forced to the disk before it was acknowledged or shown to a consumer. */
    DISK,
    /**
     * The end of the process, however it ends. Its bytes are with the operating system, which may lose the last seconds
     * when the power fails; what remains is consistent.
     */
    OS
}
