package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.mainstem.log.Log;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicDescription;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command
final class TopicsListCommand implements Command {

    @Option(names = "--all", description = "Shows Mainstem's own topics, too.")
    private boolean all;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        try (Log log = data.open(console)) {
            List<TopicDescription> topics = all ? log.admin().topics() : LogTopics.visible(log);
            if (json) {
                console.result(json(log, topics).toPrettyString());
            } else {
                TextTable table = new TextTable("TOPIC", "PARTITIONS", "OFFSETS", "SIZE");
                topics.stream()
                        .map(topic -> line(log, topic))
                        .forEach(line ->
                                table.row(line.name(), line.partitions(), line.offsets(), Units.bytes(line.bytes())));
                table.print(console);
            }
            return ExitCode.DONE;
        }
    }

    static ArrayNode json(Log log, List<TopicDescription> topics) {
        ArrayNode array = JsonResult.array();
        topics.stream()
                .map(topic -> line(log, topic))
                .forEach(line -> array.addObject()
                        .put("name", line.name())
                        .put("partitions", line.partitions())
                        .put("offsets", line.offsets())
                        .put("bytes", line.bytes()));
        return array;
    }

    private static Line line(Log log, TopicDescription topic) {
        List<PartitionOffsets> bounds =
                LogTopics.partitions(topic).stream().map(log.admin()::offsets).toList();
        return new Line(
                topic.name(),
                topic.partitions(),
                bounds.stream().mapToLong(each -> each.end() - each.start()).sum(),
                bounds.stream().mapToLong(PartitionOffsets::bytes).sum());
    }

    /** Offsets are a little more than records: transactions and compaction leave gaps. */
    private record Line(String name, int partitions, long offsets, long bytes) {}
}
