package io.mainstem.cli;

/** One verb of the command line; its options are fields that picocli fills in. */
interface Command {

    /**
     * Does it.
     *
     * @return the exit code
     * @throws Exception what {@link App} turns into a message and an exit code
     */
    int run(Console console) throws Exception;
}
