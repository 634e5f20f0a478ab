package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.GroupDescription;
import io.mainstem.log.Log;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.admin.Groups;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
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
            GroupDescription description = get(log, group);
            if (json) {
                console.result(json(description).toPrettyString());
            } else {
                print(description, console);
            }
            return ExitCode.DONE;
        }
    }

    static ObjectNode json(GroupDescription description) {
        ObjectNode object = JsonResult.object()
                .put("group", description.name())
                .put("state", stateName(description))
                .put("generation", description.generation())
                .put("lag", description.lag());
        ArrayNode partitions = object.putArray("partitions");
        for (GroupDescription.Partition each : description.partitions()) {
            ObjectNode node = partitions
                    .addObject()
                    .put("topic", each.partition().topic())
                    .put("partition", each.partition().partition());
            each.committed().ifPresent(next -> node.put("next", next));
            node.put("end", each.end()).put("lag", each.lag());
            each.member().ifPresent(member -> node.put("member", member));
        }
        ArrayNode members = object.putArray("members");
        for (GroupDescription.Member member : description.members()) {
            ObjectNode node = members.addObject().put("id", member.id()).put("connected", member.connected());
            member.groupInstanceId().ifPresent(id -> node.put("groupInstanceId", id));
            ArrayNode assignment = node.putArray("assignment");
            member.assignment().forEach(partition -> assignment.add(partition.toString()));
        }
        return object;
    }

    private static void print(GroupDescription description, Console console) {
        TextTable partitions = new TextTable("TOPIC", "PARTITION", "NEXT", "END", "LAG", "MEMBER");
        for (GroupDescription.Partition each : description.partitions()) {
            partitions.row(
                    each.partition().topic(),
                    each.partition().partition(),
                    each.committed().isPresent() ? each.committed().getAsLong() : "-",
                    each.end(),
                    each.lag(),
                    each.member().orElse("-"));
        }
        partitions.print(console);
        console.result("");
        TextTable members = new TextTable("MEMBER", "STATE", "PARTITIONS");
        for (GroupDescription.Member member : description.members()) {
            String assignment =
                    member.assignment().stream().map(TopicPartition::toString).collect(Collectors.joining(", "));
            members.row(
                    member.id(), member.connected() ? "connected" : "away", assignment.isEmpty() ? "-" : assignment);
        }
        if (description.members().isEmpty()) {
            console.result("no members");
        } else {
            members.print(console);
        }
    }

    static String stateName(GroupDescription description) {
        return description.state().name().toLowerCase(Locale.ROOT);
    }

    /** The group, or a message that says which there are. */
    static GroupDescription get(Log log, String group) {
        return Groups.describe(log.admin(), group).orElseThrow(() -> {
            List<String> groups = log.admin().groups();
            return CommandException.failed("there is no group '" + group + "'; "
                    + (groups.isEmpty() ? "there is none at all" : "there are " + String.join(", ", groups)));
        });
    }
}
