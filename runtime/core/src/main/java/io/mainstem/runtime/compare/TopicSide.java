package io.mainstem.runtime.compare;

import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.log.Log;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.KeyCodec;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.scan.Key;
import io.mainstem.runtime.scan.TopicScan;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.transform.Chain;
import io.mainstem.runtime.transform.StepFailure;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The records of a topic, in order, so that the last of each key counts; as they are, or as the steps in front of a sink make them.
 */
final class TopicSide implements Side {

    private final Log log;
    private final TopicDescription topic;
    private final TopicSpec spec;
    private final Schemas schemas;
    private final StreamSchema stream;
    private final List<String> key;
    private final Steps steps;

    /** Opens steps anew for each reading; closed by who asks. */
    interface Steps {

        /** No steps. */
        Steps NONE = Optional::empty;

        Optional<Chain> open() throws Exception;
    }

    /**
     * A topic.
     *
     * @param stream the latest fields and the key of its records
     * @param key the key of what comes out of the steps
     */
    TopicSide(
            Log log,
            TopicDescription topic,
            TopicSpec spec,
            Schemas schemas,
            StreamSchema stream,
            List<String> key,
            Steps steps) {
        this.log = log;
        this.topic = topic;
        this.spec = spec;
        this.schemas = schemas;
        this.stream = stream;
        this.key = List.copyOf(key);
        this.steps = steps;
    }

    @Override
    public String name() {
        return "topic " + topic.name();
    }

    @Override
    public void read(Taker taker) throws Exception {
        Optional<Chain> chain = steps.open();
        try (TopicScan scan = new TopicScan(log, topic)) {
            Reading reading = new Reading(chain.orElse(null), taker);
            if (chain.isPresent()) {
                chain.get().output(stream);
            }
            scan.all((partition, cursor) ->
                    reading.take(cursor, new TopicPartition(topic.name(), topic.id(), partition.partition())));
            reading.rethrow();
        } finally {
            if (chain.isPresent()) {
                chain.get().close();
            }
        }
    }

    /** One reading of the topic. */
    private final class Reading {
        private final @Nullable Chain chain;
        private final Taker taker;
        private final MessageCodec codec = MessageCodec.of(spec.name(), spec.codec(), spec.key(), schemas);
        private final RowKeys keys = new RowKeys(key);
        private final EncodeBuffer buffer = new EncodeBuffer();
        private @Nullable Exception failure;

        Reading(@Nullable Chain chain, Taker taker) {
            this.chain = chain;
            this.taker = taker;
        }

        void rethrow() throws Exception {
            if (failure != null) {
                throw failure;
            }
        }

        void take(RecordCursor cursor, TopicPartition partition) throws IOException {
            if (failure != null) {
                return;
            }
            try {
                if (chain == null) {
                    plain(cursor, partition);
                } else {
                    through(chain, codec.decode(cursor, partition));
                }
            } catch (CodecException | SchemaException | StepFailure e) {
                taker.unreadable(partition + "@" + cursor.offset() + ": " + e.getMessage());
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                failure = e;
            }
        }

        /** A record as it is: its key is the key. */
        private void plain(RecordCursor cursor, TopicPartition partition) throws Exception {
            int from = cursor.keyOffset();
            Key found = new Key(Arrays.copyOfRange(cursor.array(), from, from + Math.max(0, cursor.keyLength())));
            if (cursor.keyLength() >= 0 && !taker.wants(found)) {
                return;
            }
            Datum value = codec.decode(cursor, partition).value();
            if (cursor.keyLength() < 0 || value != null && !(value instanceof Row)) {
                taker.unreadable(partition + "@" + cursor.offset() + ": "
                        + (value == null || value instanceof Row ? RowKeys.WITHOUT : "it is no row with fields"));
                return;
            }
            taker.take(found, value instanceof Row row ? row : null);
        }

        private void through(Chain steps, Message message) throws Exception {
            if (!steps.knows(message) && message.value() instanceof Row row) {
                steps.output(StreamSchema.of(
                        stream.name(),
                        row.schema(),
                        stream.key().stream()
                                .filter(name -> row.schema().indexOf(name) >= 0)
                                .toList()));
            }
            for (Message made : steps.apply(message)) {
                made(made);
            }
        }

        private void made(Message message) throws IOException {
            Datum value = message.value();
            Optional<Key> found = value instanceof Row row ? keys.of(row) : keyOf(message.key());
            if (found.isEmpty() || value != null && !(value instanceof Row)) {
                taker.unreadable(found.isEmpty() ? RowKeys.WITHOUT : "it is no row with fields");
            } else {
                taker.take(found.get(), value instanceof Row row ? row : null);
            }
        }

        /** The key of a delete. */
        private Optional<Key> keyOf(@Nullable Datum given) {
            if (given == null) {
                return Optional.empty();
            }
            if (given instanceof Row row
                    && key.stream().allMatch(name -> row.schema().indexOf(name) >= 0)) {
                return keys.of(row);
            }
            buffer.clear();
            KeyCodec.encodeGiven(given, buffer);
            return Optional.of(new Key(Arrays.copyOf(buffer.array(), buffer.length())));
        }
    }
}
