package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import io.mainstem.log.TopicDescription;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.util.List;
import java.util.function.Supplier;

/** The routes about topics. */
final class TopicRoutes {

    private static final Shape TOPIC = Shape.object(
            "Topic",
            "A topic.",
            required("name", Shape.text(), "Its name."),
            required("partitions", Shape.integer(), "How many partitions it has."),
            required("offsets", Shape.integer(), "How many offsets it has: records, and a few gaps."),
            required("bytes", Shape.integer(), "Its size on disk."));

    private static final Shape SCHEMA = Shape.object(
            "TopicSchema",
            "The latest schema of a topic's values.",
            required("id", Shape.integer(), "Its id."),
            required("version", Shape.integer(), "Its version in this topic."),
            required(
                    "fields",
                    Shape.list(Shape.object(
                            "TopicField",
                            "A field.",
                            required("name", Shape.text(), "Its name."),
                            required("type", Shape.text(), "Its type."))),
                    "Its fields."),
            required("key", Shape.list(Shape.text()), "The fields that make the key."));

    private static final Shape DESCRIPTION = Shape.object(
            "TopicDescription",
            "A topic with its settings and partitions.",
            required("name", Shape.text(), "Its name."),
            required("id", Shape.text(), "Its id, another for a topic that is made anew."),
            required("cleanup", Shape.text(), "delete, compact or compact-delete."),
            required("timestamps", Shape.text(), "Whose time a record has."),
            required("compression", Shape.text(), "How batches are compressed."),
            required("maxRecordBytes", Shape.integer(), "The largest record it takes."),
            required("segmentBytes", Shape.integer(), "The size of a segment."),
            required("segmentMillis", Shape.integer(), "The age at which a segment ends."),
            required("retentionMillis", Shape.integer(), "How long records are kept, or -1."),
            required("retentionBytes", Shape.integer(), "How many bytes are kept, or -1."),
            required("keepUnread", Shape.flag(), "Whether unread records are kept longer."),
            required("deleteRetentionMillis", Shape.integer(), "How long compaction keeps a deletion."),
            required("minCompactionLagMillis", Shape.integer(), "How long compaction leaves every record."),
            required("maxCompactionLagMillis", Shape.integer(), "The age at which compaction is due, or -1."),
            required("minCleanableRatio", Shape.number(), "The share that must be new for a compaction, 0 to 1."),
            optional("schema", SCHEMA, "The latest schema, if there is one."),
            required(
                    "partitions",
                    Shape.list(Shape.object(
                            "TopicPartition",
                            "A partition.",
                            required("partition", Shape.integer(), "Its number, from 0."),
                            required("start", Shape.integer(), "The first offset."),
                            required("end", Shape.integer(), "One past the last offset."),
                            required("leaderEpoch", Shape.integer(), "Rises when a recovery cut something off."),
                            required("bytes", Shape.integer(), "Its size on disk."),
                            optional("cleanEnd", Shape.integer(), "How far it is compacted, if it is."),
                            optional("cleanableRatio", Shape.number(), "The share that is not compacted yet."),
                            optional("lastCleaned", Shape.text(), "When it was compacted last, in ISO 8601."),
                            optional("compactionObstacle", Shape.text(), "Why it is not compacted."))),
                    "Its partitions."));

    private TopicRoutes() {}

    static List<Route> all(Supplier<RestContext> context) {
        return List.of(
                Route.get(
                        "/v1/topics",
                        "listTopics",
                        "The topics, without those of Mainstem's own.",
                        Shape.list(TOPIC),
                        call -> Answer.of(TopicsListCommand.json(
                                context.get().log(),
                                LogTopics.visible(context.get().log())))),
                Route.get(
                                "/v1/topics/{topic}",
                                "getTopic",
                                "A topic with its settings, schema, partitions and offsets.",
                                DESCRIPTION,
                                call -> one(context.get(), call.path("topic")))
                        .path("topic", "The name of the topic."));
    }

    private static Answer one(RestContext context, String name) {
        TopicDescription topic = LogTopics.get(context.log(), name);
        return Answer.of(
                TopicsDescribeCommand.json(context.log(), topic, TopicsDescribeCommand.schema(context.log(), name)));
    }
}
