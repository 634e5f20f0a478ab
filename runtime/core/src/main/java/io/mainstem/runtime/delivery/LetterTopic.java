package io.mainstem.runtime.delivery;

import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import java.time.Clock;

/** A topic for dead letters, known as such. Immutable. */
public final class LetterTopic {

    private static final int ABOUT_BYTES = 64 << 10;

    private final TopicDescription description;

    private LetterTopic(TopicDescription description) {
        this.description = description;
    }

    /** The topic of that name; made when there is none. Returns when it is durable that it has dead letters. */
    public static LetterTopic ensure(Log log, String name, Producer producer) {
        TopicDescription topic = new Topics(log).ensureDeadLetters(name);
        LetterBook.register(log, producer, topic);
        return new LetterTopic(topic);
    }

    /** The most bytes that a letter's value may have; what says what went wrong needs the rest. */
    public int valueBytesMax() {
        int most = description.settings().maxRecordBytes();
        return most - Math.min(most / 2, ABOUT_BYTES);
    }

    /** Where letters go. */
    public TopicPartition partition() {
        return new TopicPartition(description.name(), 0);
    }

    /**
     * Takes a letter back, whose record will be written after all.
     *
     * @param offset where the letter stands
     */
    public void withdraw(Producer producer, DeadLetter letter, long offset, Clock clock) {
        LetterBook.mark(producer, description.id(), letter.id(), offset, LetterState.WITHDRAWN, clock.instant());
    }
}
