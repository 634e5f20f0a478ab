package io.mainstem.cli;

import io.mainstem.server.Commands;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the commands of other processes on the log that this one has open. Thread-safe. */
final class OwnerCommands implements Commands {

    private final Owner owner;

    OwnerCommands(Owner owner) {
        this.owner = owner;
    }

    @Override
    public boolean accepts(List<String> arguments) {
        return Verbs.find(arguments).filter(Verbs.Verb::isShared).isPresent();
    }

    /** The command sees nothing of this process but the log: no environment, no folder, no plugins. */
    @Override
    public int run(List<String> arguments, InputStream in, OutputStream out, OutputStream err) {
        Console console = new Console(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                in,
                Map.of(),
                Path.of(""),
                Optional.empty(),
                false,
                Optional.of(owner));
        return App.executeShared(arguments, console);
    }
}
