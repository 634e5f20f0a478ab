package io.mainstem.runtime.worker;

import io.mainstem.api.Message;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.Partitioner;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.codec.UnencodableException;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.schema.IncompatibleSchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.util.List;
import java.util.Optional;

/** The way of one stream of a source into its topic. One thread. */
final class StreamRoute {

    /** The code of the error that no topic can have the name. */
    static final String WRONG_NAME = "topic.name";
    /** What a record has beside its key and value, with headers as they are usual. */
    private static final int OVERHEAD = 64;

    private final StreamSchema stream;
    private final List<String> keyFields;
    private final MessageCodec codec;
    private final TopicPartition[] partitions;
    private final CodecEvidence evidence = new CodecEvidence();
    private final int largest;
    private final boolean compacts;
    private int next;

    private StreamRoute(
            StreamSchema stream,
            List<String> keyFields,
            MessageCodec codec,
            TopicPartition[] partitions,
            TopicSettings settings) {
        this.largest = settings.maxRecordBytes();
        this.compacts = settings.cleanup().compacts();
        this.keyFields = keyFields;
        this.stream = stream;
        this.codec = codec;
        this.partitions = partitions;
    }

    static StreamRoute of(Pipeline pipeline, SourceSpec source, StreamSchema stream, Topics topics, Schemas schemas) {
        return of(pipeline, pipeline.topicOf(source, stream.name()), stream, topics, schemas);
    }

    /** The way of a stream into a topic of a name. */
    static StreamRoute of(Pipeline pipeline, String name, StreamSchema stream, Topics topics, Schemas schemas) {
        Pipeline.wrongTopic(name).ifPresent(why -> {
            throw new StopException(
                    WRONG_NAME,
                    "the topic '" + name + "' of stream '" + stream.name() + "' " + why,
                    "leave this stream out of what the source reads (one of several tables: \"!" + stream.name()
                            + "\": {} among its 'tables'), and read it by a source of its own whose 'topic' has another name");
        });
        TopicSpec spec = pipeline.topic(name).orElseGet(() -> TopicSpec.defaults(name));
        List<String> key = spec.key().isEmpty() ? stream.key() : spec.key();
        for (String field : key) {
            if (stream.schema().indexOf(field) < 0) {
                throw new StopException(
                        "topic.key",
                        "topic '" + name + "' has the key field '" + field + "', which stream '" + stream.name()
                                + "' does not have",
                        "the fields are "
                                + String.join(
                                        ", ",
                                        stream.schema().fields().stream()
                                                .map(f -> f.name())
                                                .toList()));
            }
        }
        TopicDescription topic = topics.ensure(spec);
        TopicPartition[] partitions = new TopicPartition[topic.partitions()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new TopicPartition(name, i);
        }
        return new StreamRoute(
                stream, key, MessageCodec.of(name, spec.codec(), key, schemas), partitions, topic.settings());
    }

    StreamSchema stream() {
        return stream;
    }

    /** The fields that make the keys. */
    List<String> keyFields() {
        return keyFields;
    }

    /** The name of the topic. */
    String name() {
        return partitions[0].topic();
    }

    /** Whether the message that was encoded last has a key. */
    boolean hasKey() {
        return codec.hasKey();
    }

    /** The key of the message that was encoded last. */
    EncodeBuffer key() {
        return codec.key();
    }

    /**
     * Encodes a message, for {@link #append}.
     *
     * @return the most bytes that the record may take
     * @throws io.mainstem.runtime.codec.CodecException when this message cannot be written
     * @throws IncompatibleSchemaException when the stream has changed in a way that its topic does not allow
     */
    int encode(Message message) {
        try {
            codec.encode(message);
        } catch (IncompatibleSchemaException e) {
            throw incompatible(e);
        } catch (RuntimeException | StackOverflowError e) {
            Optional<Throwable> bad = evidence.judge(e, () -> codec.encode(message));
            if (bad.isPresent()) {
                throw new UnencodableException(
                        "it cannot be written to topic '" + name() + "': " + bad.get(), bad.get());
            }
        }
        evidence.passed();
        return size();
    }

    private IncompatibleSchemaException incompatible(IncompatibleSchemaException refused) {
        return new IncompatibleSchemaException("stream '" + stream.name() + "' has changed, and " + refused.getMessage()
                + ". Or let the source read the field as what it was (a column by 'columns'), leave it out (by 'select' or"
                + " 'query'), or leave this stream out (one of several tables: \"!" + stream.name()
                + "\": {} among its 'tables')");
    }

    /** About the most bytes that the record of the last message may take. */
    int size() {
        return OVERHEAD + keyBytes() + valueBytes();
    }

    private int keyBytes() {
        return codec.hasKey() ? codec.key().length() : 0;
    }

    private int valueBytes() {
        return codec.hasValue() ? codec.value().length() : 0;
    }

    /** Whether the last message is not too large for its topic, nor for any transaction. */
    boolean isWithinLimits() {
        return isWithinLimits(0);
    }

    /** The same for one with so many bytes of headers. */
    boolean isWithinLimits(int headerBytes) {
        return size() + headerBytes <= Math.min(largest, SourceCommits.BYTES_MAX);
    }

    /** Where the last message would go. */
    TopicPartition partition() {
        EncodeBuffer key = codec.key();
        int index = codec.hasKey() ? Partitioner.partition(key.array(), 0, keyBytes(), partitions.length) : next;
        return partitions[index];
    }

    /** Whether the last message has what its topic wants of every record. */
    boolean hasWhatTopicNeeds() {
        return codec.hasKey() || !compacts;
    }

    /** Why the last message does not fit, and what to do. */
    String tooLarge(Transaction transaction) {
        String size = "the record has " + size() + " bytes, and ";
        if (transaction.records() > 0 && size() <= Math.min(largest, SourceCommits.BYTES_MAX)) {
            return size + "with the " + transaction.bytes()
                    + " bytes in front of it that no checkpoint covers it would be more "
                    + "than a transaction may have, " + SourceCommits.BYTES_MAX
                    + "; let the connector read less between two checkpoints";
        }
        return size + "one of topic '" + name() + "' may have " + Math.min(largest, SourceCommits.BYTES_MAX)
                + "; raise 'max-record-size' of the topic (to at most 64MiB), or keep such records out of the source";
    }

    /**
     * Appends the message that was encoded last to the transaction, in the partition that its key chooses, or the current one
     * without a key.
     *
     * @return the bytes of its key and value
     * @throws RecordTooLargeException when the topic or the transaction has no room for it
     */
    int append(Transaction transaction, long timestamp) {
        if (transaction.bytes() + size() > SourceCommits.BYTES_MAX) {
            throw new RecordTooLargeException(tooLarge(transaction));
        }
        EncodeBuffer key = codec.key();
        EncodeBuffer value = codec.value();
        boolean hasKey = codec.hasKey();
        int keyBytes = keyBytes();
        int valueBytes = valueBytes();
        transaction.append(
                partition(),
                timestamp,
                key.array(),
                0,
                hasKey ? keyBytes : -1,
                value.array(),
                0,
                codec.hasValue() ? valueBytes : -1,
                codec.headers());
        return keyBytes + valueBytes;
    }

    /** Records without a key go to the next partition from now on: so each transaction fills one batch. */
    void nextPartition() {
        next = (next + 1) % partitions.length;
    }
}
