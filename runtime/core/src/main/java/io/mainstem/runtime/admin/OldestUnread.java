package io.mainstem.runtime.admin;

import io.mainstem.log.GroupDescription;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tells how long the oldest record has waited that a group has not read: its lag in time. A partition is read only when the
 * group has moved since it was last asked. Thread-safe.
 */
public final class OldestUnread {

    private final Log log;
    private final Clock clock;
    private final Map<Place, Seen> seen = new HashMap<>();

    private record Place(String group, TopicPartition partition) {}

    /** The time of the first record at or after an offset. */
    private record Seen(long offset, long timestamp) {}

    /**
     * Looks into this log.
     *
     * @param clock what the times of records are compared with
     */
    public OldestUnread(Log log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** The age of the oldest record that the group has not read; zero when it has read all. */
    public synchronized Duration age(GroupDescription group) {
        long oldest = Long.MAX_VALUE;
        for (GroupDescription.Partition partition : group.partitions()) {
            Place place = new Place(group.name(), partition.partition());
            if (partition.lag() == 0) {
                seen.remove(place);
                continue;
            }
            OptionalLong timestamp =
                    timestamp(place, Math.max(partition.committed().orElse(0), partition.start()));
            oldest = Math.min(oldest, timestamp.orElse(Long.MAX_VALUE));
        }
        return oldest == Long.MAX_VALUE ? Duration.ZERO : Duration.ofMillis(Math.max(0, clock.millis() - oldest));
    }

    /** Forgets groups that are gone. */
    public synchronized void retain(java.util.Set<String> groups) {
        seen.keySet().removeIf(place -> !groups.contains(place.group()));
    }

    private OptionalLong timestamp(Place place, long offset) {
        Seen before = seen.get(place);
        if (before != null && before.offset() == offset) {
            return OptionalLong.of(before.timestamp());
        }
        OptionalLong found = first(place.partition(), offset);
        found.ifPresent(timestamp -> seen.put(place, new Seen(offset, timestamp)));
        return found;
    }

    /** Empty when what is left are no records, or they are gone in this moment. */
    private OptionalLong first(TopicPartition partition, long offset) {
        try (PartitionReader reader = log.reader(partition, offset)) {
            Optional<RecordChunk> chunk = reader.poll(Duration.ZERO);
            if (chunk.isEmpty()) {
                return OptionalLong.empty();
            }
            RecordCursor cursor = chunk.get().cursor();
            return cursor.next() ? OptionalLong.of(cursor.timestamp()) : OptionalLong.empty();
        } catch (LogException e) {
            return OptionalLong.empty();
        }
    }
}
