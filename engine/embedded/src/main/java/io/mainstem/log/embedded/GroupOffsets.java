package io.mainstem.log.embedded;

import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import java.util.LinkedHashMap;
import java.util.Map;

/** Offsets of one group on their way into the log. One thread at a time. */
final class GroupOffsets {
    private final LogState state;
    private final String group;
    private final Map<PartitionLog, OffsetAndMetadata> moves = new LinkedHashMap<>();

    GroupOffsets(LogState state, String group) {
        this.state = state;
        this.group = Names.checkGroup(group);
    }

    /** Adds offsets; a later one of the same partition replaces an earlier one. */
    GroupOffsets add(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((name, offset) -> {
            PartitionLog partition = state.partition(name);
            if (partition == null) {
                throw new TopicNotFoundException(
                        "partition " + name + ", whose offset group '" + group + "' commits, does not exist");
            }
            moves.put(partition, offset);
        });
        return this;
    }

    void encode(Frame frame) {
        moves.forEach((partition, offset) -> {
            if (!partition.isDeleted()) {
                frame.offset(group, partition.topic.id(), partition.name.partition(), offset);
            }
        });
    }

    void apply() {
        moves.forEach((partition, offset) -> {
            if (!partition.isDeleted()) {
                state.offsets.put(group, key(partition), offset);
            }
        });
    }

    /** About how many bytes it takes in the journal. */
    long bytes() {
        long bytes = 0;
        for (OffsetAndMetadata offset : moves.values()) {
            bytes += 64 + group.length() + 3L * offset.metadata().length();
        }
        return bytes;
    }

    static OffsetStore.Key key(PartitionLog partition) {
        return new OffsetStore.Key(partition.topic.id(), partition.name.partition());
    }
}
