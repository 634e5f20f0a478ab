package io.mainstem.server;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** The commands that a process runs for others. Called by several threads at once. */
public interface Commands {

    /** Whether these are the arguments of a command that may be run for others. */
    boolean accepts(List<String> arguments);

    /**
     * Runs a command that was accepted.
     *
     * <p>When the asking process goes away, or this one ends, writing to {@code out} and flushing it fail from then on. A
     * command that has no end of its own must look for that.
     *
     * @return the exit code
     */
    int run(List<String> arguments, InputStream in, OutputStream out, OutputStream err);
}
