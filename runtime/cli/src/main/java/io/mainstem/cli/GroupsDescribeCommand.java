package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.mainstem.log.Log;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class GroupsDescribeCommand implements Command {

    @Parameters(paramLabel = "GROUP", description = "The group: <pipeline>.<sink>.")
    private String group = "";

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        try (Log log = data.open(console)) {
            requireGroup(log, group);
            List<GroupLag> lags = GroupLag.of(log, group);
            if (json) {
                ArrayNode array = JsonResult.array();
                lags.forEach(lag -> array.addObject()
                        .put("topic", lag.partition().topic())
                        .put("partition", lag.partition().partition())
                        .put("next", lag.next())
                        .put("end", lag.end())
                        .put("lag", lag.lag()));
                console.result(array.toPrettyString());
            } else {
                TextTable table = new TextTable("TOPIC", "PARTITION", "NEXT", "END", "LAG");
                lags.forEach(lag -> table.row(
                        lag.partition().topic(), lag.partition().partition(), lag.next(), lag.end(), lag.lag()));
                table.print(console);
            }
            return ExitCode.DONE;
        }
    }

    static void requireGroup(Log log, String group) {
        List<String> groups = log.admin().groups();
        if (!groups.contains(group)) {
            throw CommandException.failed("there is no group '" + group + "'; "
                    + (groups.isEmpty() ? "there is none at all" : "there are " + String.join(", ", groups)));
        }
    }
}
