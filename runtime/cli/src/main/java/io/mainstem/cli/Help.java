package io.mainstem.cli;

import io.mainstem.runtime.text.Nearest;
import java.io.PrintStream;
import java.util.List;

/** The overview of all verbs, which needs none of their classes. */
final class Help {

    private Help() {}

    static boolean isAsked(String word) {
        return word.equals("help") || word.equals("--help") || word.equals("-h");
    }

    static void all(PrintStream out) {
        out.println("Mainstem moves data between files, databases and services through a durable log.");
        out.println();
        out.println("Usage: mainstem <command> [options]");
        out.println();
        list(Verbs.all(), out);
        out.println();
        out.println("'mainstem <command> --help' shows the options of a command.");
    }

    private static void list(List<Verbs.Verb> verbs, PrintStream out) {
        for (Verbs.Verb verb : verbs) {
            out.println("  " + verb.name() + " ".repeat(22 - verb.name().length()) + verb.summary());
        }
    }

    /** Answers a command that is none, or that needs a second word. */
    static int unknown(List<String> args, Console console) {
        String first = args.get(0);
        List<Verbs.Verb> group = Verbs.group(first);
        if (!group.isEmpty()) {
            boolean asked = args.size() > 1 && isAsked(args.get(1));
            PrintStream out = asked ? console.out() : console.err();
            if (!asked && args.size() > 1) {
                String word = first + " " + args.get(1);
                List<String> names = group.stream().map(Verbs.Verb::name).toList();
                console.say("mainstem: there is no command '" + word + "'" + Nearest.hint(word, names));
            }
            out.println("Usage: mainstem " + first + " <command> [options]");
            out.println();
            list(group, out);
            return asked ? ExitCode.DONE : ExitCode.USAGE;
        }
        String hint = Nearest.hint(first, Verbs.firstWords());
        console.say("mainstem: there is no command '" + first + "'"
                + (hint.isEmpty() ? "; there are " + String.join(", ", Verbs.firstWords()) + "." : hint)
                + " See 'mainstem --help'.");
        return ExitCode.USAGE;
    }
}
