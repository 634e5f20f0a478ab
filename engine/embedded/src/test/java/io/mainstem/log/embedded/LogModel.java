package io.mainstem.log.embedded;

import io.mainstem.log.LiveGroup;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.contract.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a log holds, in plain collections: the model of the tests, and what they read from the log to compare. */
final class LogModel {
    /** The records of each partition as {@code offset:key=value}, or {@code offset:value} without a key. */
    final Map<TopicPartition, List<String>> records = new TreeMap<>();

    /** The first offset of each partition. */
    final Map<TopicPartition, Long> starts = new TreeMap<>();

    /** The end of each partition. */
    final Map<TopicPartition, Long> ends = new TreeMap<>();

    /** The settings of each topic. */
    final Map<String, TopicSettings> settings = new TreeMap<>();

    /** The groups for which records are kept. */
    final Map<String, LiveGroup> liveGroups = new TreeMap<>();

    /** The committed offsets of each group. */
    final Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets = new TreeMap<>();

    static LogModel read(Log log) {
        LogModel model = new LogModel();
        for (TopicDescription topic : log.admin().topics()) {
            model.settings.put(topic.name(), topic.settings());
            for (int i = 0; i < topic.partitions(); i++) {
                TopicPartition partition = new TopicPartition(topic.name(), i);
                model.starts.put(partition, log.admin().offsets(partition).start());
                model.ends.put(partition, log.admin().offsets(partition).end());
                model.records.put(partition, readRecords(log, partition));
            }
        }
        for (String group : log.admin().groups()) {
            model.offsets.put(group, new TreeMap<>(log.admin().committed(group)));
        }
        model.liveGroups.putAll(log.admin().liveGroups());
        return model;
    }

    static List<String> readRecords(Log log, TopicPartition partition) {
        List<String> values = new ArrayList<>();
        PartitionOffsets bounds = log.admin().offsets(partition);
        long end = bounds.end();
        try (PartitionReader reader = log.reader(partition, bounds.start())) {
            while (reader.position() < end) {
                Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow())
                        .forEach(received -> values.add(text(received)));
            }
        }
        return values;
    }

    private static String text(Received record) {
        String key = record.key() == null ? "" : record.key() + "=";
        return record.offset() + ":" + key + record.value();
    }

    LogModel copy() {
        LogModel copy = new LogModel();
        records.forEach((partition, values) -> copy.records.put(partition, new ArrayList<>(values)));
        copy.starts.putAll(starts);
        copy.ends.putAll(ends);
        copy.settings.putAll(settings);
        copy.liveGroups.putAll(liveGroups);
        offsets.forEach((group, committed) -> copy.offsets.put(group, new TreeMap<>(committed)));
        return copy;
    }

    void createTopic(String name, int partitions, TopicSettings topicSettings) {
        settings.put(name, topicSettings);
        createPartitions(name, partitions);
    }

    void createPartitions(String name, int partitions) {
        for (int i = 0; i < partitions; i++) {
            records.putIfAbsent(new TopicPartition(name, i), new ArrayList<>());
            starts.putIfAbsent(new TopicPartition(name, i), 0L);
            ends.putIfAbsent(new TopicPartition(name, i), 0L);
        }
    }

    void setLiveGroups(Map<String, Set<String>> groups, Instant now, long removedForMillis) {
        Map<String, LiveGroup> before = new TreeMap<>(liveGroups);
        liveGroups.clear();
        before.forEach((name, group) -> {
            Instant until = group.until().orElse(now.plusMillis(removedForMillis));
            if (until.isAfter(now)) {
                liveGroups.put(name, new LiveGroup(group.topics(), Optional.of(until)));
            }
        });
        groups.forEach((name, topics) -> liveGroups.put(name, new LiveGroup(topics, Optional.empty())));
    }

    void truncateBefore(TopicPartition partition, long offset) {
        records.get(partition).removeIf(record -> Long.parseLong(record.substring(0, record.indexOf(':'))) < offset);
        starts.merge(partition, offset, Math::max);
    }

    void deleteTopic(String name) {
        records.keySet().removeIf(partition -> partition.topic().equals(name));
        starts.keySet().removeIf(partition -> partition.topic().equals(name));
        ends.keySet().removeIf(partition -> partition.topic().equals(name));
        settings.remove(name);
        offsets.values()
                .forEach(committed -> committed
                        .keySet()
                        .removeIf(partition -> partition.topic().equals(name)));
        offsets.values().removeIf(Map::isEmpty);
    }

    void append(TopicPartition partition, String value) {
        long offset = ends.get(partition);
        records.get(partition).add(offset + ":" + value);
        ends.put(partition, offset + 1);
    }

    /** The marker at the end of a transaction. */
    void skipOne(TopicPartition partition) {
        ends.merge(partition, 1L, Long::sum);
    }

    void commitOffset(String group, TopicPartition partition, OffsetAndMetadata offset) {
        offsets.computeIfAbsent(group, name -> new TreeMap<>()).put(partition, offset);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogModel that
                && records.equals(that.records)
                && starts.equals(that.starts)
                && ends.equals(that.ends)
                && settings.equals(that.settings)
                && liveGroups.equals(that.liveGroups)
                && offsets.equals(that.offsets);
    }

    @Override
    public int hashCode() {
        return records.hashCode();
    }

    /** What differs, in one line for each partition. */
    String difference(LogModel actual) {
        StringBuilder text = new StringBuilder();
        records.forEach((partition, expected) -> {
            List<String> found = actual.records.get(partition);
            if (!expected.equals(found)) {
                int same = 0;
                while (found != null
                        && same < Math.min(expected.size(), found.size())
                        && expected.get(same).equals(found.get(same))) {
                    same++;
                }
                text.append(partition)
                        .append(": expected ")
                        .append(expected.size())
                        .append(" records, found ")
                        .append(found == null ? "no partition" : found.size())
                        .append(", the first ")
                        .append(same)
                        .append(" agree\n");
            }
        });
        if (!ends.equals(actual.ends)) {
            text.append("ends: expected ")
                    .append(ends)
                    .append(", found ")
                    .append(actual.ends)
                    .append('\n');
        }
        if (!starts.equals(actual.starts)) {
            text.append("starts: expected ")
                    .append(starts)
                    .append(", found ")
                    .append(actual.starts)
                    .append('\n');
        }
        if (!settings.equals(actual.settings)) {
            text.append("settings: expected ")
                    .append(settings)
                    .append(", found ")
                    .append(actual.settings)
                    .append('\n');
        }
        if (!liveGroups.equals(actual.liveGroups)) {
            text.append("live groups: expected ")
                    .append(liveGroups)
                    .append(", found ")
                    .append(actual.liveGroups)
                    .append('\n');
        }
        if (!offsets.equals(actual.offsets)) {
            text.append("offsets: expected ").append(offsets).append(", found ").append(actual.offsets);
        }
        return text.toString();
    }
}
