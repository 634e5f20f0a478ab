package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.delivery.GroupReset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class GroupsResetCommand implements Command {

    @Parameters(paramLabel = "GROUP", description = "The group: <pipeline>.<sink>.")
    private String group = "";

    @ArgGroup(multiplicity = "1")
    private Where where = new Where();

    @Option(names = "--topic", paramLabel = "TOPIC", description = "Only this topic of the group's.")
    private @Nullable String topic;

    @Option(names = "--partition", paramLabel = "N", description = "Only this partition.")
    private @Nullable Integer partition;

    @Mixin
    private Flags.Data data = new Flags.Data();

    /** One of three. */
    static final class Where {
        @Option(names = "--to-start", description = "Read everything again that the log still has.")
        private boolean toStart;

        @Option(names = "--to-end", description = "Pass over everything that is there now.")
        private boolean toEnd;

        @Option(names = "--to-offset", paramLabel = "OFFSET", description = "The next offset to read.")
        private @Nullable Long toOffset;

        private long offset(PartitionOffsets bounds) {
            if (toOffset != null) {
                return toOffset;
            }
            if (toStart) {
                return bounds.start();
            }
            if (toEnd) {
                return bounds.end();
            }
            throw CommandException.usage("one of --to-start, --to-end and --to-offset is needed");
        }
    }

    @Override
    public int run(Console console) {
        try (Log log = data.open(console)) {
            console.owner().ifPresent(owner -> owner.requireUnusedGroup(group));
            Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>();
            for (TopicPartition each : chosen(log)) {
                offsets.put(each, target(log, each));
            }
            Map<TopicPartition, OffsetAndMetadata> before = log.admin().committed(group);
            log.admin().reset(group, offsets);
            TextTable table = new TextTable("TOPIC", "PARTITION", "BEFORE", "NOW");
            offsets.forEach((each, now) -> {
                OffsetAndMetadata was = before.get(each);
                table.row(each.topic(), each.partition(), was == null ? "-" : was.offset(), now.offset());
            });
            table.print(console);
            return ExitCode.DONE;
        }
    }

    private Iterable<TopicPartition> chosen(Log log) {
        String only = topic;
        if (only == null) {
            GroupsDescribeCommand.requireGroup(log, group);
        }
        Iterable<TopicPartition> all = only == null
                ? new TreeMap<>(log.admin().committed(group)).keySet()
                : LogTopics.partitions(LogTopics.get(log, only));
        List<TopicPartition> chosen = new ArrayList<>();
        for (TopicPartition each : all) {
            if (partition == null || each.partition() == partition) {
                chosen.add(each);
            }
        }
        if (chosen.isEmpty()) {
            throw CommandException.usage("group '" + group + "' has no such partition");
        }
        return chosen;
    }

    private OffsetAndMetadata target(Log log, TopicPartition each) {
        PartitionOffsets bounds = log.admin().offsets(each);
        long offset = where.offset(bounds);
        if (offset < bounds.start() || offset > bounds.end()) {
            throw CommandException.usage(
                    each + " has the offsets " + bounds.start() + " to " + bounds.end() + ", not " + offset);
        }
        return GroupReset.to(offset, bounds.leaderEpoch());
    }
}
