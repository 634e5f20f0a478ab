package io.mainstem.log.embedded;

import io.mainstem.log.InvalidRecordException;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.util.Objects;

/** What a topic accepts. */
final class RecordLimits {
    private RecordLimits() {}

    /**
     * Checks where a key and a value are, before anything is done with them.
     *
     * @throws IllegalArgumentException when a length is below -1, which stands for none
     * @throws IndexOutOfBoundsException when one is not in its array
     */
    static void checkRanges(byte[] key, int keyOffset, int keyLength, byte[] value, int valueOffset, int valueLength) {
        checkRange("key", key, keyOffset, keyLength);
        checkRange("value", value, valueOffset, valueLength);
    }

    private static void checkRange(String what, byte[] array, int offset, int length) {
        if (length < -1) {
            throw new IllegalArgumentException(
                    "the length of the " + what + " is " + length + "; it must be 0 or more, or -1 for none");
        }
        if (length > 0) {
            Objects.checkFromIndexSize(offset, length, array.length);
        }
    }

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
