package io.mainstem.log.embedded;

import io.mainstem.log.InvalidRecordException;
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
        if (keyLength < 0 && settings.cleanup().compacts()) {
            throw new InvalidRecordException("a record without a key was not appended to partition " + partition
                    + ": its topic is compacted, which keeps the last record of each key; give the record a key, or alter"
                    + " the topic's cleanup to delete");
        }
    }
}
