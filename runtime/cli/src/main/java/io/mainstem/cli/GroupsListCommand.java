package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.mainstem.log.GroupDescription;
import io.mainstem.log.Log;
import io.mainstem.runtime.admin.Groups;
import java.util.List;
import java.util.Optional;
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
            List<GroupDescription> groups = groups(log);
            if (json) {
                console.result(json(groups).toPrettyString());
            } else {
                TextTable table = new TextTable("GROUP", "TOPICS", "LAG", "STATE", "MEMBERS");
                groups.forEach(group -> table.row(
                        group.name(),
                        topics(group),
                        group.lag(),
                        GroupsDescribeCommand.stateName(group),
                        group.members().size()));
                table.print(console);
            }
            return ExitCode.DONE;
        }
    }

    static List<GroupDescription> groups(Log log) {
        return log.admin().groups().stream()
                .map(name -> Groups.describe(log.admin(), name))
                .flatMap(Optional::stream)
                .toList();
    }

    static ArrayNode json(List<GroupDescription> groups) {
        ArrayNode array = JsonResult.array();
        groups.forEach(group -> array.addObject()
                .put("group", group.name())
                .put("lag", group.lag())
                .put("state", GroupsDescribeCommand.stateName(group))
                .put("members", group.members().size()));
        return array;
    }

    private static String topics(GroupDescription group) {
        List<String> topics = group.partitions().stream()
                .map(each -> each.partition().topic())
                .distinct()
                .toList();
        return String.join(", ", topics);
    }
}
