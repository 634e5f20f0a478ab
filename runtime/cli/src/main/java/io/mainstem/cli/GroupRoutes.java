package io.mainstem.cli;

import static io.mainstem.server.rest.Shape.Property.optional;
import static io.mainstem.server.rest.Shape.Property.required;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.log.OffsetSpec;
import io.mainstem.server.rest.Answer;
import io.mainstem.server.rest.Call;
import io.mainstem.server.rest.Problem;
import io.mainstem.server.rest.Route;
import io.mainstem.server.rest.Shape;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
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
            optional("toTime", Shape.text(), "At the first record of this time, in ISO 8601."),
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

    private static final Set<String> PLACES = Set.of("toStart", "toEnd", "toOffset", "toTime");
    private static final Set<String> LIMITS = Set.of("topic", "partition", "dryRun");
    private static final ObjectMapper JSON = new ObjectMapper();

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
        JsonNode wish = object(call.body());
        GroupOffsets offsets = new GroupOffsets(
                context.log(),
                call.path("group"),
                spec(wish),
                Optional.ofNullable(wish.get("topic")).map(JsonNode::asText),
                Optional.ofNullable(wish.get("partition")).map(GroupRoutes::number));
        boolean dryRun = wish.path("dryRun").asBoolean();
        List<GroupOffsets.Change> changes = dryRun ? offsets.changes() : offsets.apply(Optional.of(context.owner()));
        return Answer.of(GroupOffsets.json(changes));
    }

    private static JsonNode object(byte[] body) throws IOException {
        JsonNode node;
        try {
            node = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw wrong("the body is not JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw wrong("the body is no object");
        }
        long places = 0;
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!PLACES.contains(name) && !LIMITS.contains(name)) {
                throw wrong("'" + name + "' is not known");
            }
            places += PLACES.contains(name) ? 1 : 0;
        }
        if (places != 1) {
            throw wrong("the body names " + places + " places to go on at");
        }
        return node;
    }

    private static OffsetSpec spec(JsonNode wish) {
        if (wish.has("toOffset")) {
            return OffsetSpec.at(offset(wish.get("toOffset")));
        }
        if (wish.has("toTime")) {
            return OffsetSpec.forTimestamp(time(wish.get("toTime").asText()));
        }
        if (!wish.path("toStart").asBoolean() && !wish.path("toEnd").asBoolean()) {
            throw wrong("the place to go on at is not true");
        }
        return wish.has("toStart") ? OffsetSpec.earliest() : OffsetSpec.latest();
    }

    private static long offset(JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw wrong("'toOffset' is no offset");
        }
        return node.longValue();
    }

    private static int number(JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
            throw wrong("'partition' is no number of a partition");
        }
        return node.intValue();
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw wrong("'toTime' is '" + text + "', which is no time such as 2026-01-31T00:00:00Z");
        }
    }

    private static Problem wrong(String detail) {
        return Problem.badRequest(
                detail,
                "send an object such as {\"toStart\":true}, {\"toEnd\":true}, {\"toOffset\":5} or"
                        + " {\"toTime\":\"2026-01-31T00:00:00Z\"}, with topic, partition and dryRun as you like");
    }
}
