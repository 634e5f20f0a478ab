package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.delivery.GroupReset;
import io.mainstem.runtime.delivery.ReplayMark;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    @Option(names = "--dry-run", description = "Only show what would be set.")
    private boolean dryRun;

    @Mixin
    private Flags.Data data = new Flags.Data();

    /** One of four. */
    static final class Where {
        @Option(names = "--to-start", description = "Read everything again that the log still has.")
        private boolean toStart;

        @Option(names = "--to-end", description = "Pass over everything that is there now.")
        private boolean toEnd;

        @Option(names = "--to-offset", paramLabel = "OFFSET", description = "The next offset to read.")
        private @Nullable Long toOffset;

        @Option(
                names = "--to-time",
                paramLabel = "TIME",
                description = "The first record that is of this time or later: 2026-01-31T00:00:00Z.")
        private @Nullable String toTime;

        private OffsetSpec spec() {
            if (toOffset != null) {
                return OffsetSpec.at(toOffset);
            }
            if (toTime != null) {
                return OffsetSpec.forTimestamp(time(toTime));
            }
            if (toStart) {
                return OffsetSpec.earliest();
            }
            if (toEnd) {
                return OffsetSpec.latest();
            }
            throw CommandException.usage("one of --to-start, --to-end, --to-offset and --to-time is needed");
        }

        private static Instant time(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw CommandException.usage(
                        "--to-time is '" + text + "'; it must be a time such as 2026-01-31T00:00:00Z");
            }
        }
    }

    @Override
    public int run(Console console) {
        try (Log log = data.open(console)) {
            if (!dryRun) {
                console.owner().ifPresent(owner -> owner.requireUnusedGroup(group));
            }
            Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>();
            for (TopicPartition each : chosen(log)) {
                offsets.put(each, target(log, each));
            }
            Map<TopicPartition, OffsetAndMetadata> before = log.admin().committed(group);
            if (!dryRun) {
                log.admin().reset(group, offsets);
            }
            TextTable table = new TextTable("TOPIC", "PARTITION", "BEFORE", dryRun ? "WOULD BE" : "NOW");
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
            GroupsDescribeCommand.get(log, group);
        }
        Iterable<TopicPartition> all = only == null
                ? new TreeMap<>(log.admin().committed(group)).keySet()
                : LogTopics.partitions(LogTopics.get(log, only));
        List<TopicPartition> chosen = new ArrayList<>();
        for (TopicPartition each : all) {
            // What was sent again is not the topic: sent once more it would be there twice.
            boolean isMeant = only != null || !each.topic().startsWith(ReplayMark.TOPIC_PREFIX);
            if (isMeant && (partition == null || each.partition() == partition)) {
                chosen.add(each);
            }
        }
        if (chosen.isEmpty()) {
            throw CommandException.usage("group '" + group + "' has no such partition");
        }
        return chosen;
    }

    private OffsetAndMetadata target(Log log, TopicPartition each) {
        try {
            OffsetAndMetadata found = Objects.requireNonNull(
                    log.admin().resolve(List.of(each), where.spec()).get(each));
            return GroupReset.to(found.offset(), found.leaderEpoch());
        } catch (OffsetOutOfRangeException e) {
            PartitionOffsets bounds = log.admin().offsets(each);
            throw CommandException.usage(
                    each + " has the offsets " + bounds.start() + " to " + bounds.end() + ", not " + where.toOffset);
        }
    }
}
