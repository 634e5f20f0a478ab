package io.mainstem.log.embedded;

import io.mainstem.log.LiveGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The groups for which unread records are kept. Changes need the append lock; any thread may look. */
final class LiveGroups {
    private volatile Map<String, LiveGroup> groups = Map.of();

    Map<String, LiveGroup> all() {
        return groups;
    }

    /** What follows when these groups are live and no others. */
    Map<String, LiveGroup> after(Map<String, Set<String>> live, long now, long removedForMillis) {
        Map<String, LiveGroup> after = new TreeMap<>();
        groups.forEach((name, group) -> {
            Instant until = group.until().orElse(Instant.ofEpochMilli(now + removedForMillis));
            if (until.toEpochMilli() > now) {
                after.put(name, new LiveGroup(group.topics(), Optional.of(until)));
            }
        });
        live.forEach((name, topics) -> after.put(name, new LiveGroup(topics, Optional.empty())));
        return after;
    }

    void set(Map<String, LiveGroup> value) {
        groups = Map.copyOf(value);
    }

    void remove(String group) {
        Map<String, LiveGroup> rest = new TreeMap<>(groups);
        rest.remove(group);
        set(rest);
    }

    /** The groups whose unread records of a topic are kept at a time. */
    List<String> of(String topic, long now) {
        List<String> names = new ArrayList<>();
        groups.forEach((name, group) -> {
            boolean over = group.until().isPresent() && group.until().get().toEpochMilli() <= now;
            if (!over && group.reads(topic)) {
                names.add(name);
            }
        });
        return names;
    }

    static void write(ByteWriter writer, Map<String, LiveGroup> groups) {
        writer.putInt(groups.size());
        groups.forEach((name, group) -> {
            writer.putString(name)
                    .putLong(group.until().map(Instant::toEpochMilli).orElse(-1L));
            writer.putInt(group.topics().size());
            group.topics().forEach(writer::putString);
        });
    }

    static Map<String, LiveGroup> read(ByteReader reader) {
        Map<String, LiveGroup> groups = new TreeMap<>();
        int count = reader.getInt();
        for (int i = 0; i < count; i++) {
            String name = reader.getString();
            long until = reader.getLong();
            Set<String> topics = new TreeSet<>();
            int topicCount = reader.getInt();
            for (int number = 0; number < topicCount; number++) {
                topics.add(reader.getString());
            }
            groups.put(
                    name,
                    new LiveGroup(topics, until < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(until))));
        }
        return groups;
    }
}
