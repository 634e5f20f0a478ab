package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class TopicsTruncateCommand implements Command {

    @Parameters(paramLabel = "TOPIC", description = "The name of the topic.")
    private String name = "";

    @ArgGroup(multiplicity = "1")
    private Before before = new Before();

    @Option(names = "--partition", paramLabel = "N", description = "Only this partition.")
    private @Nullable Integer partition;

    @Option(names = "--unread-too", description = "Also records that a group has not read.")
    private boolean unreadToo;

    @Mixin
    private Flags.Data data = new Flags.Data();

    /** One of three. */
    static final class Before {
        @Option(names = "--before", paramLabel = "OFFSET", description = "Delete the records before this offset.")
        private @Nullable Long offset;

        @Option(
                names = "--before-time",
                paramLabel = "TIME",
                description =
                        "Delete the records before the first that is of this time or later: 2026-01-31T00:00:00Z, or how"
                                + " long ago, such as 24h.")
        private @Nullable String time;

        @Option(names = "--all", description = "Delete all records that are there now.")
        private boolean all;

        private long start(LogAdmin admin, TopicPartition partition, PartitionOffsets bounds) {
            if (offset != null) {
                if (offset < 0 || offset > bounds.end()) {
                    throw CommandException.usage("--before is " + offset + ", and partition " + partition + " has "
                            + bounds.start() + " to " + bounds.end());
                }
                return offset;
            }
            if (time != null) {
                return admin.offsetForTime(
                                partition,
                                Times.parse("--before-time", time, Clock.systemUTC())
                                        .toEpochMilli())
                        .map(OffsetAndTimestamp::offset)
                        .orElse(bounds.end());
            }
            if (all) {
                return bounds.end();
            }
            throw CommandException.usage("one of --before, --before-time and --all is needed");
        }
    }

    @Override
    public int run(Console console) {
        try (Log log = data.open(console)) {
            TopicDescription topic = LogTopics.getOrdinary(log, name);
            Map<TopicPartition, Long> starts = new TreeMap<>();
            for (TopicPartition each : LogTopics.partitions(topic)) {
                if (partition == null || partition == each.partition()) {
                    starts.put(each, before.start(log.admin(), each, log.admin().offsets(each)));
                }
            }
            if (starts.isEmpty()) {
                LogTopics.partition(topic, partition == null ? 0 : partition);
            }
            if (!unreadToo) {
                requireRead(log.admin(), starts);
            }
            log.admin().truncateBefore(starts).forEach((each, start) -> {
                console.result("partition " + each + " begins at offset " + start);
            });
            return ExitCode.DONE;
        }
    }

    /** Keeps records that a group has still to read. */
    private static void requireRead(LogAdmin admin, Map<TopicPartition, Long> starts) {
        for (Map.Entry<TopicPartition, Long> start : starts.entrySet()) {
            TopicPartition each = start.getKey();
            long first = admin.offsets(each).start();
            for (String group : admin.groups()) {
                OffsetAndMetadata read = admin.committed(group).get(each);
                if (read != null) {
                    requireRead(group, each, read.offset(), start.getValue());
                }
            }
            admin.liveGroups().forEach((group, live) -> {
                if (live.reads(each.topic()) && !admin.committed(group).containsKey(each)) {
                    requireRead(group, each, first, start.getValue());
                }
            });
        }
    }

    private static void requireRead(String group, TopicPartition partition, long read, long start) {
        if (read < start) {
            throw CommandException.usage("group '" + group + "' has read partition " + partition + " up to offset "
                    + read + " only, and nothing was deleted; say --unread-too to delete what it has not read");
        }
    }
}
