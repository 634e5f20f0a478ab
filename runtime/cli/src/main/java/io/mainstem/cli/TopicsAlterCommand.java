package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class TopicsAlterCommand implements Command {

    @Parameters(paramLabel = "TOPIC", description = "The name of the topic.")
    private String name = "";

    @Mixin
    private TopicFlags flags = new TopicFlags();

    @Option(names = "--partitions", paramLabel = "N", description = "How many partitions it shall have, more than now.")
    private @Nullable Integer partitions;

    @Option(
            names = "--move-keys",
            description = "With --partitions: a key may be in another partition than its records before.")
    private boolean moveKeys;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) {
        if (flags.isEmpty() && partitions == null) {
            throw CommandException.usage("there is nothing to alter; --help shows what can be");
        }
        try (Log log = data.open(console)) {
            TopicDescription topic = LogTopics.getOrdinary(log, name);
            TopicSettings settings = flags.applyTo(topic.settings());
            addPartitions(log, topic, console);
            if (!settings.equals(topic.settings())) {
                log.admin().alterTopic(name, settings);
            }
            console.result("altered topic '" + name + "'");
            return ExitCode.DONE;
        }
    }

    private void addPartitions(Log log, TopicDescription topic, Console console) {
        Integer wanted = partitions;
        if (wanted == null) {
            return;
        }
        if (wanted <= topic.partitions() || wanted > 10_000) {
            throw CommandException.usage("topic '" + name + "' has " + topic.partitions()
                    + " partition(s); --partitions must be more, and at most 10000");
        }
        if (!moveKeys) {
            throw CommandException.usage("with more partitions a key may be in another one than its records before, and"
                    + " their order is lost; say --move-keys if that is right");
        }
        console.owner().ifPresent(owner -> owner.requireUnusedTopic(name));
        log.admin().createPartitions(name, wanted);
    }
}
