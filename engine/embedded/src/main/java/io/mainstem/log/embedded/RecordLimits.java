package io.mainstem.log.embedded;

import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;

/** What a topic accepts. */
final class RecordLimits {
    private RecordLimits() {}

    /**
     * Checks a record before it is encoded.
     *
     * @param size the most bytes that the record may take
     */
    static void check(TopicPartition partition, TopicSettings settings, int keyLength, int size) {
        if (size > settings.maxRecordBytes()) {
            throw new RecordTooLargeException("a record of " + size + " bytes for partition " + partition
                    + " is over the topic's limit of " + settings.maxRecordBytes()
                    + " bytes; send less, or raise the topic's largest record size (max-record-size, in Kafka"
                    + " max.message.bytes)");
        }
        if (keyLength < 0 && settings.cleanup() == TopicSettings.Cleanup.COMPACT) {
            throw new IllegalArgumentException(
                    "partition " + partition + " belongs to a compacted topic, in which every record needs a key");
        }
    }
}
