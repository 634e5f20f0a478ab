package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a group has read a partition.
 *
 * @param next the next offset that it reads
 * @param start the first offset that there is
 * @param end one past the last offset
 */
record GroupLag(TopicPartition partition, long next, long start, long end) {

    static List<GroupLag> of(Log log, String group) {
        List<GroupLag> lags = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> committed =
                new TreeMap<>(log.admin().committed(group));
        committed.forEach((partition, offset) -> {
            PartitionOffsets bounds = log.admin().offsets(partition);
            lags.add(new GroupLag(partition, offset.offset(), bounds.start(), bounds.end()));
        });
        return lags;
    }

    long lag() {
        return Math.max(0, end - Math.max(next, start));
    }
}
