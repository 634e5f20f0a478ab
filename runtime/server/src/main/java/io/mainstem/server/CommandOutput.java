package io.mainstem.server;

/** Takes what a command prints in the other process, as it comes. */
public interface CommandOutput {

    /** Results, of any length and not by line. */
    void out(String text);

    /** Everything else. */
    void err(String text);

    /** Whether nobody reads the results any more, so that the command can be left. */
    boolean isClosed();
}
