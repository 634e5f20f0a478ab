package io.mainstem.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** All verbs. Only the class of the verb that is used is loaded: each costs a start some milliseconds. */
final class Verbs {

    private static final Map<String, Verb> ALL = new LinkedHashMap<>();

    static {
        add("run", "Runs pipelines until they are done or stopped.", RunCommand::new);
        add("validate", "Checks pipeline files without connecting to anything.", ValidateCommand::new);
        add("topics list", "Lists topics.", TopicsListCommand::new);
        add("topics describe", "Shows a topic's partitions, settings and schema.", TopicsDescribeCommand::new);
        add("topics create", "Creates a topic.", TopicsCreateCommand::new);
        add("topics delete", "Deletes a topic and its records.", TopicsDeleteCommand::new);
        add("consume", "Prints the records of a topic as JSON lines.", ConsumeCommand::new);
        add("produce", "Appends records to a topic, a line of input each.", ProduceCommand::new);
        add("groups list", "Lists the groups of sinks and their lag.", GroupsListCommand::new);
        add("groups describe", "Shows how far a group has read.", GroupsDescribeCommand::new);
        add("groups reset", "Sets from where a sink reads on.", GroupsResetCommand::new);
        add("positions show", "Shows how far sources have read.", PositionsShowCommand::new);
        add("positions reset", "Makes a source read again.", PositionsResetCommand::new);
        add("connectors list", "Lists the connectors there are.", ConnectorsListCommand::new);
        add("connectors describe", "Shows the options of a connector.", ConnectorsDescribeCommand::new);
        add("schema pipeline", "Prints the JSON Schema of pipeline files, for editors.", SchemaCommand::new);
        add("version", "Prints the version.", VersionCommand::new);
    }

    private Verbs() {}

    private static void add(String name, String summary, Supplier<Command> make) {
        ALL.put(name, new Verb(name, summary, make));
    }

    /** The verb that the arguments begin with: two words before one. */
    static Optional<Verb> find(List<String> args) {
        for (int words = Math.min(2, args.size()); words > 0; words--) {
            Verb verb = ALL.get(String.join(" ", args.subList(0, words)));
            if (verb != null) {
                return Optional.of(verb);
            }
        }
        return Optional.empty();
    }

    /** The verbs whose first word is this. */
    static List<Verb> group(String first) {
        return ALL.values().stream()
                .filter(verb -> verb.name().startsWith(first + " "))
                .toList();
    }

    /** Every verb. */
    static List<Verb> all() {
        return List.copyOf(ALL.values());
    }

    /** The words that a command can begin with. */
    static Set<String> firstWords() {
        Set<String> words = new TreeSet<>();
        ALL.keySet().forEach(name -> words.add(Arrays.asList(name.split(" ")).get(0)));
        return words;
    }

    /** A verb of one word or two. */
    record Verb(String name, String summary, Supplier<Command> make) {
        int words() {
            return name.indexOf(' ') < 0 ? 1 : 2;
        }
    }
}
