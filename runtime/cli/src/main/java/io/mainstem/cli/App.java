package io.mainstem.cli;

import io.mainstem.api.StopException;
import io.mainstem.log.LogException;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.plugin.PluginException;
import io.mainstem.runtime.worker.Failure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The entry point of the {@code mainstem} command. */
public final class App {

    private App() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        Console console = Console.ofProcess();
        Shutdown.watch();
        int exitCode = execute(List.of(args), console);
        Shutdown.finished(exitCode);
        System.exit(exitCode);
    }

    /** Runs one command; what it prints is with the console when this returns. */
    static int execute(List<String> args, Console console) {
        Scrub.only(Secrets.none());
        LogFormat.useJson(false);
        return executeShared(args, console);
    }

    /** The same beside what this process runs, whose secrets stay secret. */
    static int executeShared(List<String> args, Console console) {
        try {
            return dispatch(args, console);
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    private static int dispatch(List<String> args, Console console) {
        if (args.isEmpty()) {
            Help.all(console.err());
            return ExitCode.USAGE;
        }
        if (Help.isAsked(args.get(0))) {
            Help.all(console.out());
            return ExitCode.DONE;
        }
        if (args.get(0).equals("--version")) {
            return dispatch(List.of("version"), console);
        }
        return Verbs.find(args)
                .map(verb -> run(verb, args.subList(verb.words(), args.size()), console))
                .orElseGet(() -> Help.unknown(args, console));
    }

    private static int run(Verbs.Verb verb, List<String> args, Console console) {
        Command command = verb.make().get();
        // An argument that begins with @ is itself, never the name of a file of arguments.
        CommandLine line = new CommandLine(command).setExpandAtFiles(false);
        describe(verb, line.getCommandSpec());
        try {
            line.parseArgs(args.toArray(String[]::new));
        } catch (ParameterException e) {
            console.say("mainstem: " + e.getMessage() + ". See 'mainstem " + verb.name() + " --help'.");
            return ExitCode.USAGE;
        }
        if (line.isUsageHelpRequested()) {
            line.usage(console.out());
            return ExitCode.DONE;
        }
        return run(verb, command, args, console);
    }

    private static void describe(Verbs.Verb verb, CommandSpec spec) {
        spec.name("mainstem " + verb.name());
        spec.usageMessage().description(verb.summary());
        spec.usageMessage().abbreviateSynopsis(false).sortOptions(false);
        spec.addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .type(boolean.class)
                .description("Shows this.")
                .build());
    }

    private static int run(Verbs.Verb verb, Command command, List<String> args, Console console) {
        try {
            return runHereOrThere(verb, command, args, console);
        } catch (CommandException e) {
            return end(console, String.valueOf(e.getMessage()), e.exitCode());
        } catch (StopException e) {
            return end(console, Failure.text(String.valueOf(e.getMessage()), e.whatToDo()), ExitCode.USAGE);
        } catch (PluginException e) {
            return end(console, String.valueOf(e.getMessage()), ExitCode.USAGE);
        } catch (IllegalArgumentException e) {
            // The log, or whatever else a command asks, finds an argument to be none: the user typed it.
            return end(console, String.valueOf(e.getMessage()), ExitCode.USAGE);
        } catch (LogException e) {
            return end(console, String.valueOf(e.getMessage()), ExitCode.FAILED);
        } catch (Exception e) {
            StringWriter stack = new StringWriter();
            e.printStackTrace(new PrintWriter(stack));
            console.say(stack.toString());
            return end(console, "an error that nobody planned for: " + e, ExitCode.FAILED);
        }
    }

    /** Runs a command, in the process that has the data folder if that is another. */
    private static int runHereOrThere(Verbs.Verb verb, Command command, List<String> args, Console console)
            throws Exception {
        try {
            return command.run(console);
        } catch (FolderBusyException e) {
            OptionalInt there = verb.isShared() && console.owner().isEmpty()
                    ? Forwarding.run(verb, command, verb.withWords(args), e.folder(), console)
                    : OptionalInt.empty();
            return there.orElseGet(() -> end(console, String.valueOf(e.getMessage()), ExitCode.BUSY));
        }
    }

    private static int end(Console console, String message, int exitCode) {
        console.say("mainstem: " + message);
        return exitCode;
    }
}
