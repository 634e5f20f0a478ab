package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.LiveGroup;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.delivery.GroupReset;
import io.mainstem.runtime.delivery.ReplayMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where a group shall go on, in all of its partitions or in some. For one thread. */
final class GroupOffsets {

    private final Log log;
    private final String group;
    private final OffsetSpec where;
    private final Optional<String> topic;
    private final Optional<Integer> partition;

    /**
     * A wish.
     *
     * @param topic only in this topic, which the group need not have read before
     * @param partition only in the partition of this number
     */
    GroupOffsets(Log log, String group, OffsetSpec where, Optional<String> topic, Optional<Integer> partition) {
        this.log = log;
        this.group = group;
        this.where = where;
        this.topic = topic;
        this.partition = partition;
    }

    /**
     * Where the group goes on in a partition.
     *
     * @param before the next offset that it had committed, if it had
     * @param now the next offset
     */
    record Change(TopicPartition partition, OptionalLong before, OffsetAndMetadata now) {}

    /** What would be. */
    List<Change> changes() {
        Map<TopicPartition, OffsetAndMetadata> before = log.admin().committed(group);
        List<Change> changes = new ArrayList<>();
        for (TopicPartition each : chosen()) {
            OffsetAndMetadata was = before.get(each);
            changes.add(
                    new Change(each, was == null ? OptionalLong.empty() : OptionalLong.of(was.offset()), target(each)));
        }
        return changes;
    }

    /**
     * Does it, unless the group is one that the owner's pipelines read with.
     *
     * @return what was changed
     */
    List<Change> apply(Optional<Owner> owner) {
        owner.ifPresent(each -> each.requireUnusedGroup(group));
        List<Change> changes = changes();
        Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>();
        changes.forEach(change -> offsets.put(change.partition(), change.now()));
        log.admin().reset(group, offsets);
        return changes;
    }

    static ArrayNode json(List<Change> changes) {
        ArrayNode array = JsonResult.array();
        for (Change change : changes) {
            ObjectNode node = array.addObject()
                    .put("topic", change.partition().topic())
                    .put("partition", change.partition().partition());
            change.before().ifPresent(before -> node.put("before", before));
            node.put("now", change.now().offset());
        }
        return array;
    }

    private List<TopicPartition> chosen() {
        if (topic.isEmpty()) {
            GroupsDescribeCommand.get(log, group);
        } else {
            requireRead(topic.get());
        }
        Iterable<TopicPartition> all = topic.isEmpty()
                ? new TreeMap<>(log.admin().committed(group)).keySet()
                : LogTopics.partitions(LogTopics.get(log, topic.get()));
        List<TopicPartition> chosen = new ArrayList<>();
        for (TopicPartition each : all) {
            // What was sent again is not the topic: sent once more it would be there twice.
            boolean isMeant = topic.isPresent() || !each.topic().startsWith(ReplayMark.TOPIC_PREFIX);
            if (isMeant && (partition.isEmpty() || each.partition() == partition.get())) {
                chosen.add(each);
            }
        }
        if (chosen.isEmpty()) {
            throw CommandException.usage("group '" + group + "' has no such partition");
        }
        return chosen;
    }

    /** A group that waits for a topic which its sink does not read would wait for ever. */
    private void requireRead(String name) {
        LiveGroup live = log.admin().liveGroups().get(group);
        if (live != null && live.until().isEmpty() && !live.reads(name) && !name.startsWith(ReplayMark.TOPIC_PREFIX)) {
            throw CommandException.usage("the sink of group '" + group + "' does not read the topic '" + name
                    + "'; it reads: " + String.join(", ", new TreeSet<>(live.topics())));
        }
    }

    private OffsetAndMetadata target(TopicPartition each) {
        try {
            OffsetAndMetadata found = Objects.requireNonNull(
                    log.admin().resolve(List.of(each), where).get(each));
            return GroupReset.to(found.offset(), found.leaderEpoch());
        } catch (OffsetOutOfRangeException e) {
            PartitionOffsets bounds = log.admin().offsets(each);
            String wish = where instanceof OffsetSpec.At at ? ", not " + at.offset() : "";
            throw CommandException.usage(each + " has the offsets " + bounds.start() + " to " + bounds.end() + wish);
        }
    }
}
