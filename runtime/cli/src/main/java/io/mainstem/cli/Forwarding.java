package io.mainstem.cli;

import io.mainstem.server.CommandOutput;
import io.mainstem.server.ControlClient;
import io.mainstem.server.ControlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Has a command run by the process that has the data folder. */
final class Forwarding {

    private static final byte[] NO_INPUT = {};

    private Forwarding() {}

    /**
     * Runs a command there.
     *
     * @param arguments those of the command, its own words first
     * @return the exit code, or empty when no worker can be asked
     */
    static OptionalInt run(Verbs.Verb verb, Command command, List<String> arguments, Path folder, Console console)
            throws IOException {
        Optional<ControlClient> worker = ControlClient.find(folder);
        if (worker.isEmpty()) {
            return OptionalInt.empty();
        }
        byte[] input = verb.sharing() == Verbs.Sharing.WITH_INPUT ? input(command, console) : NO_INPUT;
        if (verb.sharing() == Verbs.Sharing.UNTIL_STOPPED) {
            Shutdown.atOnce();
        }
        try {
            return worker.get().run(command.toForward(arguments, console), input, new Printing(console));
        } catch (ControlException e) {
            throw CommandException.busy(String.valueOf(e.getMessage()));
        }
    }

    private static byte[] input(Command command, Console console) throws IOException {
        byte[] input;
        try (InputStream in = command.input(console)) {
            input = in.readNBytes(ControlClient.INPUT_BYTES_MAX + 1);
        }
        if (input.length > ControlClient.INPUT_BYTES_MAX) {
            throw CommandException.usage("a running worker takes at most " + Units.bytes(ControlClient.INPUT_BYTES_MAX)
                    + " of input at once, and nothing was appended; give it in parts, or stop the worker first");
        }
        return input;
    }

    /** What comes is printed as it is: the other process has taken the secrets out. */
    private record Printing(Console console) implements CommandOutput {
        @Override
        public void out(String text) {
            console.out().print(text);
            console.out().flush();
        }

        @Override
        public void err(String text) {
            console.err().print(text);
            console.err().flush();
        }

        @Override
        public boolean isClosed() {
            return console.out().checkError();
        }
    }
}
