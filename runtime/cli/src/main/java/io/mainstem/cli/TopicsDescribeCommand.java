package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.Log;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.text.WholeUnits;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class TopicsDescribeCommand implements Command {

    @Parameters(paramLabel = "TOPIC", description = "The name of the topic.")
    private String name = "";

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        try (Log log = data.open(console)) {
            TopicDescription topic = LogTopics.get(log, name);
            Optional<Registered> schema = schema(log, name);
            if (json) {
                console.result(json(log, topic, schema).toPrettyString());
            } else {
                print(log, topic, schema, console);
            }
            return ExitCode.DONE;
        }
    }

    /** The latest schema of a topic, if it has one. */
    static Optional<Registered> schema(Log log, String topic) {
        Optional<Schemas> schemas = LogTopics.schemas(log);
        try {
            return schemas.flatMap(open -> open.latest(topic));
        } finally {
            schemas.ifPresent(Schemas::close);
        }
    }

    private static void print(Log log, TopicDescription topic, Optional<Registered> schema, Console console) {
        TopicSettings settings = topic.settings();
        console.result("topic            " + topic.name());
        console.result("id               " + topic.id());
        console.result("cleanup          " + word(settings.cleanup()));
        console.result("timestamps       " + word(settings.timestampType()));
        console.result("compression      " + word(settings.compression()));
        console.result("max-record-size  " + Units.bytes(settings.maxRecordBytes()));
        console.result("segment-size     " + Units.bytes(settings.segmentBytes()));
        console.result("segment-time     " + WholeUnits.time(settings.segmentMillis()));
        console.result("retention        " + limit(settings.retentionMillis(), WholeUnits::time));
        console.result("retention-size   " + limit(settings.retentionBytes(), Units::bytes));
        console.result("keep-unread      " + settings.keepUnread());
        if (settings.cleanup().compacts()) {
            printCompaction(settings, console);
        }
        schema.ifPresent(latest -> {
            console.result("schema           version " + latest.version() + ", id " + latest.id());
            latest.schema().fields().forEach(field -> console.result("                 " + field));
            console.result("key              "
                    + (latest.keyFields().isEmpty() ? "none" : String.join(", ", latest.keyFields())));
        });
        console.result("");
        TextTable table = new TextTable("PARTITION", "START", "END", "LEADER EPOCH", "SIZE");
        for (TopicPartition partition : LogTopics.partitions(topic)) {
            PartitionOffsets bounds = log.admin().offsets(partition);
            table.row(
                    partition.partition(),
                    bounds.start(),
                    bounds.end(),
                    bounds.leaderEpoch(),
                    Units.bytes(bounds.bytes()));
        }
        table.print(console);
        if (settings.cleanup().compacts()) {
            printCompaction(log, topic, console);
        }
    }

    private static void printCompaction(TopicSettings settings, Console console) {
        console.result("delete-retention " + WholeUnits.time(settings.deleteRetentionMillis()));
        console.result("min-compaction-lag " + WholeUnits.time(settings.minCompactionLagMillis()));
        console.result("max-compaction-lag " + limit(settings.maxCompactionLagMillis(), WholeUnits::time));
        console.result("min-cleanable-ratio " + settings.minCleanableRatio());
    }

    /** How far each partition is compacted, and what is in the way. */
    private static void printCompaction(Log log, TopicDescription topic, Console console) {
        console.result("");
        TextTable table = new TextTable("PARTITION", "COMPACTED TO", "CLEANABLE", "LAST COMPACTION", "IN THE WAY");
        for (TopicPartition partition : LogTopics.partitions(topic)) {
            log.admin()
                    .compaction(partition)
                    .ifPresent(status -> table.row(
                            partition.partition(),
                            status.cleanEnd(),
                            Math.round(100 * status.cleanableRatio()) + " %",
                            status.lastCleaned().map(Instant::toString).orElse("never"),
                            status.obstacle().orElse("")));
        }
        table.print(console);
    }

    private static String limit(long value, LongFunction<String> text) {
        return value == TopicSettings.UNLIMITED ? "unlimited" : text.apply(value);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ObjectNode json(Log log, TopicDescription topic, Optional<Registered> schema) {
        TopicSettings settings = topic.settings();
        ObjectNode node = JsonResult.object()
                .put("name", topic.name())
                .put("id", topic.id().toString())
                .put("cleanup", word(settings.cleanup()))
                .put("timestamps", word(settings.timestampType()))
                .put("compression", word(settings.compression()))
                .put("maxRecordBytes", settings.maxRecordBytes())
                .put("segmentBytes", settings.segmentBytes())
                .put("segmentMillis", settings.segmentMillis())
                .put("retentionMillis", settings.retentionMillis())
                .put("retentionBytes", settings.retentionBytes())
                .put("keepUnread", settings.keepUnread())
                .put("deleteRetentionMillis", settings.deleteRetentionMillis())
                .put("minCompactionLagMillis", settings.minCompactionLagMillis())
                .put("maxCompactionLagMillis", settings.maxCompactionLagMillis())
                .put("minCleanableRatio", settings.minCleanableRatio());
        schema.ifPresent(latest -> {
            ObjectNode described =
                    node.putObject("schema").put("id", latest.id()).put("version", latest.version());
            ArrayNode fields = described.putArray("fields");
            latest.schema()
                    .fields()
                    .forEach(field -> fields.addObject()
                            .put("name", field.name())
                            .put("type", field.type().toString()));
            ArrayNode key = described.putArray("key");
            latest.keyFields().forEach(key::add);
        });
        ArrayNode partitions = node.putArray("partitions");
        for (TopicPartition partition : LogTopics.partitions(topic)) {
            PartitionOffsets bounds = log.admin().offsets(partition);
            ObjectNode described = partitions
                    .addObject()
                    .put("partition", partition.partition())
                    .put("start", bounds.start())
                    .put("end", bounds.end())
                    .put("leaderEpoch", bounds.leaderEpoch())
                    .put("bytes", bounds.bytes());
            log.admin().compaction(partition).ifPresent(status -> {
                described.put("cleanEnd", status.cleanEnd()).put("cleanableRatio", status.cleanableRatio());
                status.lastCleaned().ifPresent(time -> described.put("lastCleaned", time.toString()));
                status.obstacle().ifPresent(why -> described.put("compactionObstacle", why));
            });
        }
        return node;
    }
}
