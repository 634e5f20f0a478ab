package io.mainstem.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** One verb of the command line; its options are fields that picocli fills in. */
interface Command {

    /** What it reads as its input, if it is one that reads any; the caller closes it. */
    default InputStream input(Console console) throws IOException {
        return console.in();
    }

    /** The arguments for the process that has the data folder, when it runs the command instead of this one. */
    default List<String> toForward(List<String> arguments, Console console) {
        return arguments;
    }

    /**
     * Does it.
     *
     * @return the exit code
     * @throws Exception what {@link App} turns into a message and an exit code
     */
    int run(Console console) throws Exception;
}
