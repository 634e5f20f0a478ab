package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.of;
import static io.mainstem.server.rest.Shape.Property.optional;

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
            of("name", Shape.text(), "Its name."),
            of("partitions", Shape.integer(), "How many partitions it has."),
            of("offsets", Shape.integer(), "How many offsets it has: records, and a few gaps."),
            of("bytes", Shape.integer(), "Its size on disk."));

    private static final Shape SCHEMA = Shape.object(
            "TopicSchema",
            "The latest schema of a topic's values.",
            of("id", Shape.integer(), "Its id."),
            of("version", Shape.integer(), "Its version in this topic."),
            of(
                    "fields",
                    Shape.list(Shape.object(
                            "TopicField",
                            "A field.",
                            of("name", Shape.text(), "Its name."),
                            of("type", Shape.text(), "Its type."))),
                    "Its fields."),
            of("key", Shape.list(Shape.text()), "The fields that make the key."));

    private static final Shape DESCRIPTION = Shape.object(
            "TopicDescription",
            "A topic with its settings and partitions.",
            of("name", Shape.text(), "Its name."),
            of("id", Shape.text(), "Its id, another for a topic that is made anew."),
            of("cleanup", Shape.text(), "delete or compact."),
            of("timestamps", Shape.text(), "Whose time a record has."),
            of("compression", Shape.text(), "How batches are compressed."),
            of("maxRecordBytes", Shape.integer(), "The largest record it takes."),
            of("segmentBytes", Shape.integer(), "The size of a segment."),
            of("segmentMillis", Shape.integer(), "The age at which a segment ends."),
            of("retentionMillis", Shape.integer(), "How long records are kept, or -1."),
            of("retentionBytes", Shape.integer(), "How many bytes are kept, or -1."),
            of("keepUnread", Shape.flag(), "Whether unread records are kept longer."),
            optional("schema", SCHEMA, "The latest schema, if there is one."),
            of(
                    "partitions",
                    Shape.list(Shape.object(
                            "TopicPartition",
                            "A partition.",
                            of("partition", Shape.integer(), "Its number, from 0."),
                            of("start", Shape.integer(), "The first offset."),
                            of("end", Shape.integer(), "One past the last offset."),
                            of("leaderEpoch", Shape.integer(), "Rises when a recovery cut something off."),
                            of("bytes", Shape.integer(), "Its size on disk."))),
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
