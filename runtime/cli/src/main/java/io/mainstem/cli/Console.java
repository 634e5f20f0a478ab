package io.mainstem.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the world outside.
 *
 * @param out where results go; it is flushed when the command ends
 * @param err where everything else goes
 * @param in what is piped in
 * @param environment the environment variables
 * @param folder the working folder
 * @param home the folder of the installation, if there is one
 * @param isTerminal whether a person sees {@code err}
 * @param owner the run in whose process the command runs, when it has the data folder and runs it for another process
 */
record Console(
        PrintStream out,
        PrintStream err,
        InputStream in,
        Map<String, String> environment,
        Path folder,
        Optional<Path> home,
        boolean isTerminal,
        Optional<Owner> owner) {

    private static final int BUFFER_BYTES = 64 << 10;

    /** Whether a person sees the results, too, not only what is said beside them. */
    boolean showsResults() {
        return isTerminal && Boolean.getBoolean("mainstem.terminal.out");
    }

    /** Whether results stand in the same place as what is said beside them, so that nothing need be said twice. */
    boolean isOneOutput() {
        return Boolean.getBoolean("mainstem.one.output");
    }

    /** The console of this process. */
    static Console ofProcess() {
        return new Console(
                new PrintStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                        false,
                        StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.in,
                System.getenv(),
                Path.of(""),
                Optional.ofNullable(System.getProperty("mainstem.home")).map(Path::of),
                Boolean.getBoolean("mainstem.terminal"),
                Optional.empty());
    }

    /** How to name a file so that the user can open it: from the working folder if it lies in there, else in full. */
    String place(Path file) {
        Path here = folder.toAbsolutePath().normalize();
        Path there = here.resolve(file).normalize();
        return there.startsWith(here) && !there.equals(here)
                ? here.relativize(there).toString()
                : there.toString();
    }

    /** Writes a result line. */
    void result(String line) {
        out.println(Scrub.text(line));
    }

    /** Says something that is no result. */
    void say(String line) {
        say("", line);
    }

    /** Says something of a pipeline. */
    void say(String pipeline, String line) {
        boolean asJson = owner.isEmpty() && LogFormat.isJson();
        err.println(asJson ? LogFormat.line("INFO", pipeline, line) : Scrub.text(line));
    }

    /** Says something that somebody should look at. */
    void warn(String line) {
        boolean asJson = owner.isEmpty() && LogFormat.isJson();
        err.println(asJson ? LogFormat.line("WARN", "", line) : Scrub.text("warning: " + line));
    }
}
