package io.mainstem.cli;

import io.mainstem.log.Log;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class GroupsDeleteCommand implements Command {

    @Parameters(paramLabel = "GROUP", description = "The group: <pipeline>.<sink>.")
    private String group = "";

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) {
        try (Log log = data.open(console)) {
            GroupsDescribeCommand.get(log, group);
            console.owner().ifPresent(owner -> owner.requireUnusedGroup(group));
            log.admin().deleteGroup(group);
            console.result("deleted group '" + group + "'");
            return ExitCode.DONE;
        }
    }
}
