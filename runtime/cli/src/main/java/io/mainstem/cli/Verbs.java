package io.mainstem.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** All verbs. Only the class of the verb that is used is loaded: each costs a start some milliseconds. */
final class Verbs {

    private static final Map<String, Verb> ALL = new LinkedHashMap<>();

    static {
        add("run", "Runs pipelines until they are done or stopped.", RunCommand::new);
        add("serve", "Runs the pipelines of a folder, and follows its changes.", ServeCommand::new);
        add("validate", "Checks pipeline files without connecting to anything.", ValidateCommand::new);
        add("test", "Runs the tests of pipelines.", TestCommand::new);
        add("record", "Runs sources, and keeps what they asked and were answered for tests.", RecordCommand::new);
        share("plan", "Shows what pipelines will do, and writes nothing.", Sharing.YES, PlanCommand::new);
        share(
                "compare",
                "Compares what sources, topics and targets have, and changes nothing.",
                Sharing.YES,
                CompareCommand::new);
        share("status", "Shows how the sources and sinks of a run are doing.", Sharing.YES, StatusCommand::new);
        share("top", "Shows the pipelines of a worker live.", Sharing.UNTIL_STOPPED, TopCommand::new);
        share(
                "pipelines list",
                "Shows how the pipelines of a worker are doing.",
                Sharing.YES,
                PipelinesListCommand::new);
        share(
                "pipelines pause",
                "Stops a pipeline of a worker until it is resumed.",
                Sharing.YES,
                PipelinesChangeCommand::pause);
        share("pipelines resume", "Lets a paused pipeline go on.", Sharing.YES, PipelinesChangeCommand::resume);
        share(
                "pipelines restart",
                "Starts a pipeline anew, also when it has failed.",
                Sharing.YES,
                PipelinesChangeCommand::restart);
        share("runs list", "Lists the runs of sources, the latest first.", Sharing.YES, RunsListCommand::new);
        share("runs show", "Shows all of one run.", Sharing.YES, RunsShowCommand::new);
        share("runs start", "Starts a run of a source now.", Sharing.YES, RunsStartCommand::new);
        share(
                "backfill",
                "Copies a span of time of a sink's topics into another target.",
                Sharing.UNTIL_STOPPED,
                BackfillCommand::new);
        share("topics list", "Lists topics.", Sharing.YES, TopicsListCommand::new);
        share(
                "topics describe",
                "Shows a topic's partitions, settings and schema.",
                Sharing.YES,
                TopicsDescribeCommand::new);
        share("topics create", "Creates a topic.", Sharing.YES, TopicsCreateCommand::new);
        share("topics alter", "Changes a topic's settings or adds partitions.", Sharing.YES, TopicsAlterCommand::new);
        share(
                "topics truncate",
                "Deletes a topic's records before an offset or time.",
                Sharing.YES,
                TopicsTruncateCommand::new);
        share("topics delete", "Deletes a topic and its records.", Sharing.YES, TopicsDeleteCommand::new);
        share("consume", "Prints the records of a topic as JSON lines.", Sharing.UNTIL_STOPPED, ConsumeCommand::new);
        share("produce", "Appends records to a topic, a line of input each.", Sharing.WITH_INPUT, ProduceCommand::new);
        share("groups list", "Lists the groups of sinks, their lag and members.", Sharing.YES, GroupsListCommand::new);
        share(
                "groups describe",
                "Shows how far a group has read, and who reads.",
                Sharing.YES,
                GroupsDescribeCommand::new);
        share("groups delete", "Forgets a group and its offsets.", Sharing.YES, GroupsDeleteCommand::new);
        share("groups reset", "Sets from where a sink reads on.", Sharing.YES, GroupsResetCommand::new);
        share("positions show", "Shows how far sources have read.", Sharing.YES, PositionsShowCommand::new);
        share("positions reset", "Makes a source read again.", Sharing.YES, PositionsResetCommand::new);
        share("dead-letters list", "Lists dead letters.", Sharing.YES, DeadLettersListCommand::new);
        share("dead-letters causes", "Counts dead letters by their cause.", Sharing.YES, DeadLettersCausesCommand::new);
        share("dead-letters show", "Shows all of a dead letter.", Sharing.YES, DeadLettersShowCommand::new);
        share(
                "dead-letters edit",
                "Corrects the value of a dead letter.",
                Sharing.WITH_INPUT,
                DeadLettersEditCommand::new);
        share(
                "dead-letters replay",
                "Sends dead letters to their sinks again.",
                Sharing.YES,
                DeadLettersReplayCommand::new);
        share("dead-letters drop", "Marks dead letters as dealt with.", Sharing.YES, DeadLettersDropCommand::new);
        add("log verify", "Looks for damage in a data folder, and changes nothing.", LogVerifyCommand::new);
        add("perf produce", "Measures how fast the log takes records.", PerfProduceCommand::new);
        add("perf consume", "Measures how fast the log gives records.", PerfConsumeCommand::new);
        add("connectors list", "Lists the connectors there are.", ConnectorsListCommand::new);
        add("connectors describe", "Shows the options of a connector.", ConnectorsDescribeCommand::new);
        add("transforms list", "Lists the steps that transforms can have.", TransformsListCommand::new);
        add("transforms describe", "Shows the options of a step.", TransformsDescribeCommand::new);
        add("schema pipeline", "Prints the JSON Schema of pipeline files, for editors.", SchemaCommand::new);
        add("schema openapi", "Prints the OpenAPI document of the REST interface.", SchemaOpenApiCommand::new);
        add("version", "Prints the version.", VersionCommand::new);
    }

    private Verbs() {}

    private static void add(String name, String summary, Supplier<Command> make) {
        share(name, summary, Sharing.NO, make);
    }

    private static void share(String name, String summary, Sharing sharing, Supplier<Command> make) {
        ALL.put(name, new Verb(name, summary, sharing, make));
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

    /** Whether the process that has the data folder runs a verb for others. */
    enum Sharing {
        /** It does not. */
        NO,
        /** It does. */
        YES,
        /** It does, and the verb reads its input. */
        WITH_INPUT,
        /** It does, and being stopped is a right end of the verb. */
        UNTIL_STOPPED
    }

    /** A verb of one word or two. */
    record Verb(String name, String summary, Sharing sharing, Supplier<Command> make) {
        boolean isShared() {
            return sharing != Sharing.NO;
        }

        /** The arguments as they are typed, the words of the verb first. */
        List<String> withWords(List<String> args) {
            return Stream.concat(Arrays.stream(name.split(" ")), args.stream()).toList();
        }

        int words() {
            return name.indexOf(' ') < 0 ? 1 : 2;
        }
    }
}
