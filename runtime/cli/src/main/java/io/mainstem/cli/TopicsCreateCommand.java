package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicSettings;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class TopicsCreateCommand implements Command {

    @Parameters(paramLabel = "TOPIC", description = "The name of the topic.")
    private String name = "";

    @Option(names = "--partitions", paramLabel = "N", description = "How many partitions; 1 by default.")
    private int partitions = 1;

    @Option(names = "--compact", description = "Keeps only the last record of each key; the same as --cleanup compact.")
    private boolean compact;

    @Mixin
    private TopicFlags flags = new TopicFlags();

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) {
        if (compact && flags.saysOtherThanCompact()) {
            throw CommandException.usage("--compact contradicts --cleanup; leave one of them out");
        }
        TopicSettings defaults = TopicSettings.defaults().toBuilder()
                .cleanup(compact ? TopicSettings.Cleanup.COMPACT : TopicSettings.Cleanup.DELETE)
                .build();
        TopicSettings settings = flags.applyTo(defaults);
        LogTopics.requireOrdinary(name);
        try (Log log = data.openOrCreate(console, Optional.empty())) {
            TopicDescription topic = log.admin().createTopic(name, partitions, settings);
            console.result("created topic '" + topic.name() + "' with "
                    + (partitions == 1 ? "1 partition" : partitions + " partitions"));
            return ExitCode.DONE;
        }
    }
}
