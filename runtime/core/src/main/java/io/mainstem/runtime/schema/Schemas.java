package io.mainstem.runtime.schema;

import io.mainstem.api.Schema;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicExistsException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas of all topics, kept in the log's topic {@value #TOPIC}. Thread-safe.
 *
 * <p>A schema's id is the offset of the first valid proposal of it: whoever proposes reads back to the own proposal, and
 * the first in the log's order wins. An id is durable before {@link #register} returns, hence before any record has it.
 */
public final class Schemas implements AutoCloseable {

    /** The internal topic: one partition, never compacted. */
    public static final String TOPIC = "__mainstem.schemas";

    private static final Logger LOGGER = LoggerFactory.getLogger(Schemas.class);
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration WAIT = Duration.ofMillis(100);
    private static final int WAITS_MAX = 300;

    private final Log log;
    private final PartitionReader reader;
    private final SchemaBook book = new SchemaBook();
    /** The last answer for each topic, for the caller that asks for the same schema again. */
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private @Nullable Producer producer;

    private Schemas(Log log, PartitionReader reader) {
        this.log = log;
        this.reader = reader;
    }

    /** Opens the schemas of a log; makes the topic if there is none, and reads it. */
    public static Schemas open(Log log) {
        if (log.admin().topic(TOPIC).isEmpty()) {
            createTopic(log);
        }
        long start = log.admin().offsets(PARTITION).start();
        Schemas schemas = new Schemas(log, log.reader(PARTITION, start));
        schemas.readToEnd();
        return schemas;
    }

    /** Opens the schemas that a log has, if it has any; writes nothing as long as none is registered. */
    public static Optional<Schemas> find(Log log) {
        return log.admin().topic(TOPIC).map(topic -> open(log));
    }

    private static void createTopic(Log log) {
        try {
            log.admin().createTopic(TOPIC, 1, TopicSettings.defaults());
        } catch (TopicExistsException e) {
            LOGGER.debug("another process made the topic {} first", TOPIC, e);
        }
    }

    /**
     * The id of a topic's schema; proposes it when the topic does not have it yet, if it is {@link
     * Compatibility#BACKWARD} compatible with the latest.
     *
     * @throws IncompatibleSchemaException when it is not; the message says what differs and what to do
     */
    public int register(String topic, Schema schema, List<String> keyFields) {
        return register(topic, schema, keyFields, Compatibility.BACKWARD);
    }

    /** As {@link #register(String, Schema, List)}, by another rule. */
    @SuppressWarnings("ReferenceEquality") // the same instance needs no comparison
    public int register(String topic, Schema schema, List<String> keyFields, Compatibility rule) {
        Answer answer = answers.get(topic);
        if (answer != null && answer.schema == schema && answer.keyFields.equals(keyFields)) {
            return answer.id;
        }
        int id = registered(new Proposal(topic, schema, keyFields, rule)).id();
        answers.put(topic, new Answer(schema, List.copyOf(keyFields), id));
        return id;
    }

    private synchronized Registered registered(Proposal proposal) {
        checkKey(proposal);
        Proposal.Identity identity = proposal.identity();
        Optional<Registered> known = book.find(identity);
        if (known.isPresent()) {
            return known.get();
        }
        readToEnd();
        if (book.find(identity).isEmpty() && book.problems(proposal).isEmpty()) {
            readPast(append(proposal));
        }
        return book.find(identity).orElseThrow(() -> incompatible(proposal));
    }

    private static void checkKey(Proposal proposal) {
        for (String field : proposal.keyFields()) {
            if (proposal.schema().indexOf(field) < 0) {
                throw new SchemaException("the key of topic '" + proposal.topic() + "' is the field '" + field
                        + "', which its rows do not have: " + proposal.schema() + "; name another field as its key");
            }
        }
    }

    private IncompatibleSchemaException incompatible(Proposal proposal) {
        return new IncompatibleSchemaException("the new schema of topic '" + proposal.topic()
                + "' does not fit the records it has: " + String.join("; ", book.problems(proposal)));
    }

    private long append(Proposal proposal) {
        Producer open = producer;
        if (open == null) {
            open = log.producer(ProducerOptions.idempotent().withReserve());
            producer = open;
        }
        try {
            return open.send(PARTITION, 0, null, proposal.toBytes(), Headers.EMPTY)
                    .join();
        } catch (CompletionException e) {
            throw new LogException("the schema of topic '" + proposal.topic() + "' could not be stored", e);
        }
    }

    /** A schema of a topic that is this one, with these fields as the key; nothing is proposed. */
    public synchronized Optional<Registered> find(String topic, Schema schema, List<String> keyFields) {
        readToEnd();
        return book.find(new Proposal(topic, schema, keyFields, Compatibility.BACKWARD).identity());
    }

    /** Why {@link #register(String, Schema, List)} would refuse a schema now; nothing when it would not. */
    public synchronized List<String> problems(String topic, Schema schema, List<String> keyFields) {
        readToEnd();
        return book.problems(new Proposal(topic, schema, keyFields, Compatibility.BACKWARD));
    }

    /**
     * The schema of an id. One that is not known yet is looked for up to the end of the topic.
     *
     * @throws SchemaException when there is none
     */
    public Registered get(int id) {
        Registered known = book.get(id);
        if (known == null) {
            readToEnd();
            known = book.get(id);
        }
        if (known == null) {
            throw new SchemaException("there is no schema with the id " + id + " in the topic " + TOPIC);
        }
        return known;
    }

    /** The latest schema of a topic, if it has one. */
    public Optional<Registered> latest(String topic) {
        readToEnd();
        return book.latest(topic);
    }

    private synchronized void readToEnd() {
        readPast(log.admin().offsets(PARTITION).end() - 1);
    }

    private void readPast(long offset) {
        for (int waits = 0; reader.position() <= offset; ) {
            boolean isNews =
                    reader.poll(WAIT).map(chunk -> take(chunk.cursor())).isPresent();
            waits = isNews ? 0 : waits + 1;
            if (waits > WAITS_MAX) {
                throw new LogException(
                        "the topic " + TOPIC + " cannot be read: nothing came at offset " + reader.position() + " in "
                                + WAIT.multipliedBy(WAITS_MAX).toSeconds() + " seconds");
            }
        }
    }

    private boolean take(RecordCursor cursor) {
        while (cursor.next()) {
            try {
                book.add(
                        cursor.offset(),
                        Proposal.read(cursor.array(), cursor.valueOffset(), Math.max(0, cursor.valueLength())));
            } catch (SchemaException e) {
                LOGGER.warn("record {} of the topic {} is passed over: {}", cursor.offset(), TOPIC, e.getMessage());
            }
        }
        return true;
    }

    /** Leaves the log open. */
    @Override
    public synchronized void close() {
        reader.close();
        if (producer != null) {
            producer.close();
        }
    }

    private record Answer(Schema schema, List<String> keyFields, int id) {}
}
