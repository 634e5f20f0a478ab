package io.mainstem.runtime.delivery;

import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a log, each once, with what became of them. A picture of one moment, which {@link #readOn} makes one of a
 * later moment; for one thread at a time.
 *
 * <p>Changes are transactions of one transactional id: who begins to change something first ends every other who does, and then
 * reads what those had done. So no letter is sent twice.
 */
public final class DeadLetters {

    private static final String TRANSACTIONAL_ID = "__mainstem.dead-letters";

    private final Log log;
    private final LetterBook book = LetterBook.unread();
    /** By id, in the order of their first copies. */
    private final Map<String, Placed> letters = new LinkedHashMap<>();
    /** By the name of their topic. */
    private final Map<String, Place> places = new LinkedHashMap<>();

    /** A letter where its last copy stands. */
    private record Placed(String topic, UUID topicId, long offset, DeadLetter head) {}

    /** How far a topic was read. */
    private record Place(UUID topicId, long next) {}

    private DeadLetters(Log log) {
        this.log = log;
    }

    /** Reads them. */
    public static DeadLetters read(Log log) {
        DeadLetters read = new DeadLetters(log);
        read.readOn();
        return read;
    }

    /** Reads what has come since, and forgets what the log does not have any more. */
    public void readOn() {
        book.readOn(log);
        book.topics().keySet().forEach(this::readTopic);
    }

    private void readTopic(String name) {
        Optional<TopicDescription> topic = log.admin().topic(name);
        Optional<UUID> id = topic.map(TopicDescription::id);
        Place known = places.get(name);
        if (known != null && !Optional.of(known.topicId()).equals(id)) {
            forgetBefore(name, Long.MAX_VALUE);
            places.remove(name);
        }
        id.ifPresent(topicId -> readTopic(name, topicId));
    }

    private void readTopic(String name, UUID topicId) {
        Place known = places.get(name);
        TopicPartition partition = new TopicPartition(name, 0);
        if (known != null) {
            forgetBefore(name, log.admin().offsets(partition).start());
        }
        long from = known == null ? 0 : known.next();
        long next = WholePartition.readOn(log, partition, from, cursor -> add(name, topicId, cursor));
        places.put(name, new Place(topicId, next));
    }

    private void forgetBefore(String topic, long offset) {
        letters.values().removeIf(letter -> letter.topic().equals(topic) && letter.offset() < offset);
    }

    private void add(String topic, UUID topicId, RecordCursor cursor) {
        long offset = cursor.offset();
        DeadLetter.read(null, null, cursor.headers())
                .ifPresent(head -> letters.put(head.id(), new Placed(topic, topicId, offset, head)));
    }

    /** All of them but those that were withdrawn, in the order of their first copies. */
    public List<Letter> all() {
        return letters.values().stream()
                .map(this::letter)
                .filter(letter -> letter.state() != LetterState.WITHDRAWN)
                .toList();
    }

    private Letter letter(Placed placed) {
        DeadLetter head = placed.head();
        return new Letter(
                placed.topic(),
                placed.topicId(),
                placed.offset(),
                head,
                book.state(placed.topicId(), head.id(), placed.offset()),
                book.edit(placed.topicId(), head.id()).map(LetterBook.Edit::time));
    }

    /** The letter as it was kept. */
    public DeadLetter content(Letter letter) {
        DeadLetter[] found = new DeadLetter[1];
        WholePartition.read(
                log,
                new TopicPartition(letter.topic(), 0),
                letter.offset(),
                letter.offset() + 1,
                cursor -> found[0] = DeadLetter.read(
                                range(cursor.array(), cursor.keyOffset(), cursor.keyLength()),
                                range(cursor.array(), cursor.valueOffset(), cursor.valueLength()),
                                cursor.headers())
                        .orElseThrow());
        if (found[0] == null) {
            throw new LogException("dead letter " + letter.id() + " is not in topic " + letter.topic() + " any more");
        }
        return found[0];
    }

    private static byte @Nullable [] range(byte[] array, int offset, int length) {
        return length < 0 ? null : Arrays.copyOfRange(array, offset, offset + length);
    }

    /**
     * The record to send: the letter's own, or what a person has made of it.
     *
     * @param key its key, or null
     * @param value its value, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Corrected(byte @Nullable [] key, byte @Nullable [] value) {}

    /** The record that a replay sends. */
    public Corrected corrected(Letter letter, DeadLetter content) {
        return book.edit(letter.topicId(), letter.id())
                .map(edit -> new Corrected(edit.key(), edit.value()))
                .orElseGet(() -> new Corrected(content.key(), content.value()));
    }

    /** Keeps a corrected record beside a letter; the last one holds. */
    public static void edit(Log log, Clock clock, Letter letter, Corrected corrected) {
        change(
                log,
                transactions -> transactions.commit(transaction -> LetterBook.edit(
                        transaction,
                        letter,
                        new LetterBook.Edit(corrected.key(), corrected.value(), clock.instant()))));
    }

    /**
     * Marks letters that are open as dealt with.
     *
     * @return how many
     */
    public static int drop(Log log, Clock clock, Predicate<Letter> chosen) {
        List<Letter> dropped = new ArrayList<>();
        change(log, transactions -> {
            read(log).all().stream()
                    .filter(letter -> letter.state() == LetterState.OPEN)
                    .filter(chosen)
                    .forEach(dropped::add);
            transactions.commit(transaction -> dropped.forEach(
                    letter -> LetterBook.mark(transaction, letter, LetterState.DROPPED, clock.instant())));
        });
        return dropped.size();
    }

    /** Does what changes letters, when nobody else does. */
    static void change(Log log, Consumer<Transactions> change) {
        LetterBook.ensure(log);
        try (Producer producer =
                log.producer(ProducerOptions.transactional(TRANSACTIONAL_ID).withReserve())) {
            change.accept(new Transactions(producer));
        }
    }

    /** Makes transactions. */
    record Transactions(Producer producer) {

        /** Commits what the filler appends; returns when it is durable. */
        void commit(Consumer<Transaction> filler) {
            Transaction transaction = producer.begin();
            filler.accept(transaction);
            try {
                transaction.commit().get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LogException("interrupted while dead letters were changed", e);
            } catch (ExecutionException e) {
                throw new LogException("the change of dead letters was not stored: " + e.getCause(), e);
            }
        }
    }
}
