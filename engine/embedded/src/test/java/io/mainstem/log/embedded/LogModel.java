package io.mainstem.log.embedded;

import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.contract.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a log holds, in plain collections: the model of the tests, and what they read from the log to compare. */
final class LogModel {
    /** The records of each partition as {@code offset:value}. */
    final Map<TopicPartition, List<String>> records = new TreeMap<>();

    /** The end of each partition. */
    final Map<TopicPartition, Long> ends = new TreeMap<>();

    /** The committed offsets of each group. */
    final Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets = new TreeMap<>();

    static LogModel read(Log log) {
        LogModel model = new LogModel();
        for (TopicDescription topic : log.admin().topics()) {
            for (int i = 0; i < topic.partitions(); i++) {
                TopicPartition partition = new TopicPartition(topic.name(), i);
                model.ends.put(partition, log.admin().offsets(partition).end());
                model.records.put(partition, readRecords(log, partition));
            }
        }
        for (String group : log.admin().groups()) {
            model.offsets.put(group, new TreeMap<>(log.admin().committed(group)));
        }
        return model;
    }

    static List<String> readRecords(Log log, TopicPartition partition) {
        List<String> values = new ArrayList<>();
        long end = log.admin().offsets(partition).end();
        try (PartitionReader reader = log.reader(partition, 0)) {
            while (reader.position() < end) {
                Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow())
                        .forEach(received -> values.add(received.offset() + ":" + received.value()));
            }
        }
        return values;
    }

    LogModel copy() {
        LogModel copy = new LogModel();
        records.forEach((partition, values) -> copy.records.put(partition, new ArrayList<>(values)));
        copy.ends.putAll(ends);
        offsets.forEach((group, committed) -> copy.offsets.put(group, new TreeMap<>(committed)));
        return copy;
    }

    void createTopic(String name, int partitions) {
        for (int i = 0; i < partitions; i++) {
            records.put(new TopicPartition(name, i), new ArrayList<>());
            ends.put(new TopicPartition(name, i), 0L);
        }
    }

    void deleteTopic(String name) {
        records.keySet().removeIf(partition -> partition.topic().equals(name));
        ends.keySet().removeIf(partition -> partition.topic().equals(name));
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
                && ends.equals(that.ends)
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
        if (!offsets.equals(actual.offsets)) {
            text.append("offsets: expected ").append(offsets).append(", found ").append(actual.offsets);
        }
        return text.toString();
    }
}
