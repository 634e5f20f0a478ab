package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import io.mainstem.log.OffsetSpec;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Call;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The routes about groups. */
final class GroupRoutes {

    private static final Shape GROUP = Shape.object(
            "Group",
            "A group: a sink, or somebody else who reads.",
            required("group", Shape.text(), "Its name: <pipeline>.<sink>."),
            required("lag", Shape.integer(), "Offsets that it has still to read."),
            required("state", Shape.text(), "empty, stable or rebalancing."),
            required("members", Shape.integer(), "How many read."));

    private static final Shape DESCRIPTION = Shape.object(
            "GroupDescription",
            "How far a group has read, and who reads.",
            required("group", Shape.text(), "Its name: <pipeline>.<sink>."),
            required("state", Shape.text(), "empty, stable or rebalancing."),
            required("generation", Shape.integer(), "How often its partitions were shared."),
            required("lag", Shape.integer(), "Offsets that it has still to read."),
            required(
                    "partitions",
                    Shape.list(Shape.object(
                            "GroupPartition",
                            "How far it is in a partition.",
                            required("topic", Shape.text(), "The topic."),
                            required("partition", Shape.integer(), "The partition."),
                            optional("next", Shape.integer(), "The next offset, if one was committed."),
                            required("end", Shape.integer(), "One past the last offset."),
                            required("lag", Shape.integer(), "Offsets between."),
                            optional("member", Shape.text(), "Who reads it."))),
                    "How far it is."),
            required(
                    "members",
                    Shape.list(Shape.object(
                            "GroupMember",
                            "Who reads.",
                            required("id", Shape.text(), "Its id."),
                            required("connected", Shape.flag(), "False for one whose seat is kept."),
                            optional("groupInstanceId", Shape.text(), "The id of a static member."),
                            required("assignment", Shape.list(Shape.text()), "What it reads."))),
                    "Who reads."));

    private static final Shape RESET = Shape.object(
            "GroupReset",
            "Where a group shall go on: exactly one of the first four.",
            optional("toStart", Shape.flag(), "At the first record there is."),
            optional("toEnd", Shape.flag(), "Behind everything there is now."),
            optional("toOffset", Shape.integer(), "At this offset."),
            optional(
                    "toTime",
                    Shape.text(),
                    "At the first record of this time, in ISO 8601, or a time ago such as 24h."),
            optional("topic", Shape.text(), "Only in this topic."),
            optional("partition", Shape.integer(), "Only in this partition."),
            optional("dryRun", Shape.flag(), "Whether to change nothing and only say what would be."));

    private static final Shape CHANGES = Shape.list(Shape.object(
            "GroupChange",
            "Where a group goes on in a partition.",
            required("topic", Shape.text(), "The topic."),
            required("partition", Shape.integer(), "The partition."),
            optional("before", Shape.integer(), "The next offset before, if one was committed."),
            required("now", Shape.integer(), "The next offset now.")));

    private static final List<String> PLACES = List.of("toStart", "toEnd", "toOffset", "toTime");
    private static final Set<String> FIELDS =
            Set.of("toStart", "toEnd", "toOffset", "toTime", "topic", "partition", "dryRun");
    private static final String HINT =
            "send an object such as {\"toStart\":true}, {\"toEnd\":true}, {\"toOffset\":5} or"
                    + " {\"toTime\":\"2026-01-31T00:00:00Z\"}, with topic, partition and dryRun as you like";

    private GroupRoutes() {}

    static List<Route> all(Supplier<RestContext> context) {
        return List.of(
                Route.get(
                        "/v1/groups",
                        "listGroups",
                        "The groups of sinks, their lag and members.",
                        Shape.list(GROUP),
                        call -> Answer.of(GroupsListCommand.json(
                                GroupsListCommand.groups(context.get().log())))),
                Route.get(
                                "/v1/groups/{group}",
                                "getGroup",
                                "How far a group has read, and who reads.",
                                DESCRIPTION,
                                call -> Answer.of(GroupsDescribeCommand.json(
                                        GroupsDescribeCommand.get(context.get().log(), call.path("group")))))
                        .path("group", "The name of the group: <pipeline>.<sink>."),
                Route.post(
                                "/v1/groups/{group}/reset",
                                "resetGroup",
                                "Sets from where a group reads on.",
                                CHANGES,
                                call -> reset(context.get(), call))
                        .path("group", "The name of the group: <pipeline>.<sink>.")
                        .body("application/json", RESET, "Where it shall go on.")
                        .refusing(409, "The group belongs to a pipeline of this worker, or has members."));
    }

    private static Answer reset(RestContext context, Call call) throws IOException {
        JsonBody wish = JsonBody.of(call.body(), FIELDS, HINT);
        GroupOffsets offsets = new GroupOffsets(
                context.log(),
                call.path("group"),
                spec(wish),
                wish.text("topic"),
                wish.number("partition", Integer.MAX_VALUE).map(Long::intValue));
        boolean dryRun = wish.flag("dryRun");
        List<GroupOffsets.Change> changes = dryRun ? offsets.changes() : offsets.apply(Optional.of(context.owner()));
        return Answer.of(GroupOffsets.json(changes));
    }

    private static OffsetSpec spec(JsonBody wish) {
        List<String> places = PLACES.stream().filter(wish::has).toList();
        if (places.size() != 1) {
            throw wish.wrong("the body names " + places.size() + " places to go on at");
        }
        return switch (places.get(0)) {
            case "toOffset" ->
                OffsetSpec.at(wish.number("toOffset", Long.MAX_VALUE).orElseThrow());
            case "toTime" ->
                OffsetSpec.forTimestamp(
                        Times.parse("toTime", wish.text("toTime").orElseThrow(), Clock.systemUTC()));
            case "toStart" -> chosen(wish, "toStart", OffsetSpec.earliest());
            default -> chosen(wish, "toEnd", OffsetSpec.latest());
        };
    }

    private static OffsetSpec chosen(JsonBody wish, String place, OffsetSpec spec) {
        if (!wish.flag(place)) {
            throw wish.wrong("the place to go on at is not true");
        }
        return spec;
    }
}
