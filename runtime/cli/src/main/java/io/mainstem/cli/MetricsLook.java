package io.mainstem.cli;

import io.mainstem.log.DiskUsage;
import io.mainstem.log.GroupDescription;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.admin.Groups;
import io.mainstem.runtime.delivery.BackfillName;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A worker at one moment, as metrics show it. Immutable.
 *
 * @param pipelines its pipelines
 * @param groups its groups, at most {@link #MOST}
 * @param topics its topics, at most {@link #MOST}
 * @param unlisted how many groups and topics are left out
 * @param disk the space of the log
 */
record MetricsLook(
        List<PipelineStatus> pipelines,
        List<Group> groups,
        List<Topic> topics,
        int unlisted,
        Optional<DiskUsage> disk) {

    /** The most groups and the most topics that have numbers of their own: each costs a monitoring system memory for days. */
    static final int MOST = 1000;

    /** A group with the age of the oldest record that it has not read. */
    record Group(String name, long lag, Duration age, int members) {}

    /** A topic. */
    record Topic(String name, long offsets, long bytes) {}

    static MetricsLook at(RestContext context) {
        LogAdmin admin = context.log().admin();
        List<String> names = admin.groups();
        List<Group> groups = new ArrayList<>();
        names.stream()
                .filter(name -> !BackfillName.isOne(name))
                .limit(MOST)
                .forEach(name -> Groups.describe(admin, name).ifPresent(group -> groups.add(group(context, group))));
        context.oldestUnread().retain(new HashSet<>(names));
        List<TopicDescription> all = LogTopics.visible(context.log());
        List<Topic> topics = new ArrayList<>();
        all.stream().limit(MOST).forEach(topic -> topic(admin, topic).ifPresent(topics::add));
        return new MetricsLook(
                context.worker().pipelines(),
                groups,
                topics,
                Math.max(0, names.size() - MOST) + Math.max(0, all.size() - MOST),
                admin.diskUsage());
    }

    private static Group group(RestContext context, GroupDescription group) {
        return new Group(
                group.name(),
                group.lag(),
                context.oldestUnread().age(group),
                group.members().size());
    }

    /** Empty when it is deleted in this moment. */
    private static Optional<Topic> topic(LogAdmin admin, TopicDescription topic) {
        long offsets = 0;
        long bytes = 0;
        try {
            for (TopicPartition partition : LogTopics.partitions(topic)) {
                PartitionOffsets bounds = admin.offsets(partition);
                offsets += bounds.end() - bounds.start();
                bytes += bounds.bytes();
            }
        } catch (TopicNotFoundException e) {
            return Optional.empty();
        }
        return Optional.of(new Topic(topic.name(), offsets, bytes));
    }

    /** The sources and sinks of all pipelines. */
    List<TaskStatus> tasks() {
        return pipelines.stream().flatMap(pipeline -> pipeline.tasks().stream()).toList();
    }
}
