package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.mainstem.log.Log;
import java.util.List;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command
final class GroupsListCommand implements Command {

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        try (Log log = data.open(console)) {
            if (json) {
                ArrayNode array = JsonResult.array();
                log.admin()
                        .groups()
                        .forEach(group -> array.addObject().put("group", group).put("lag", lag(log, group)));
                console.result(array.toPrettyString());
            } else {
                TextTable table = new TextTable("GROUP", "TOPICS", "LAG");
                log.admin().groups().forEach(group -> table.row(group, topics(log, group), lag(log, group)));
                table.print(console);
            }
            return ExitCode.DONE;
        }
    }

    private static long lag(Log log, String group) {
        return GroupLag.of(log, group).stream().mapToLong(GroupLag::lag).sum();
    }

    private static String topics(Log log, String group) {
        List<String> topics = GroupLag.of(log, group).stream()
                .map(lag -> lag.partition().topic())
                .distinct()
                .toList();
        return String.join(", ", topics);
    }
}
