package io.mainstem.cli;

import io.mainstem.log.Log;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class TopicsDeleteCommand implements Command {

    @Parameters(paramLabel = "TOPIC", description = "The name of the topic.")
    private String name = "";

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) {
        try (Log log = data.open(console)) {
            console.owner().ifPresent(owner -> owner.requireUnusedTopic(name));
            LogTopics.getOrdinary(log, name);
            log.admin().deleteTopic(name);
            console.result("deleted topic '" + name + "'");
            return ExitCode.DONE;
        }
    }
}
