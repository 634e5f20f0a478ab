package io.mainstem.runtime.delivery;

import io.mainstem.api.Origin;
import io.mainstem.log.Log;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sends dead letters to their sinks once more, and rows of sources through their steps. Each goes into a topic of its sink's
 * ({@link ReplayMark#topic}) or of its source's ({@link Resent}), in the order in which they stood, in the transaction that marks it
 * as replayed: so it is sent once, whatever is killed whenever. The sink keeps its offsets of that topic as it does for any other,
 * the source among its positions.
 */
public final class Replay {

    private static final int BATCH = 1_000;
    private static final long BATCH_BYTES = 4 << 20;

    /** A record that is sent again carries the time that it had. */
    private static final TopicSettings REPLAY_TOPIC = TopicSettings.defaults().toBuilder()
            .timestampType(TopicSettings.TimestampType.CREATE_TIME)
            .build();

    private static final Comparator<Letter> IN_ORDER = Comparator.comparing(
                    (Letter letter) -> letter.owner().toString())
            .thenComparing(letter -> origin(letter).partition().toString())
            .thenComparingLong(letter -> origin(letter).offset())
            .thenComparingInt(letter -> origin(letter).index());

    private final Log log;
    private final Clock clock;
    private final boolean force;
    private final List<Letter> sent = new ArrayList<>();
    private final Map<Letter, String> refused = new LinkedHashMap<>();

    private Replay(Log log, Clock clock, boolean force) {
        this.log = log;
        this.clock = clock;
        this.force = force;
    }

    /**
     * What came of a replay.
     *
     * @param sent the letters that are on their way
     * @param refused the others, and why
     */
    public record Outcome(List<Letter> sent, Map<Letter, String> refused) {}

    /**
     * Sends letters that are open.
     *
     * @param chosen which
     * @param force also those of whose key a later record has landed, which they will overwrite
     */
    public static Outcome send(Log log, Clock clock, Predicate<Letter> chosen, boolean force) {
        Replay replay = new Replay(log, clock, force);
        DeadLetters.change(log, transactions -> replay.send(DeadLetters.read(log), chosen, transactions));
        return new Outcome(replay.sent, replay.refused);
    }

    private static Origin origin(Letter letter) {
        return letter.head().record().orElseThrow();
    }

    private void send(DeadLetters all, Predicate<Letter> chosen, DeadLetters.Transactions transactions) {
        List<ToSink> toSinks = new ArrayList<>();
        List<ToSource> toSources = new ArrayList<>();
        for (Letter letter : all.all()) {
            if (letter.state() != LetterState.OPEN || !chosen.test(letter)) {
                continue;
            }
            boolean isOfSource = letter.owner().side() == DeadLetter.Side.SOURCE;
            if (letter.head().cutFrom().isPresent()) {
                refused.put(letter, cut(letter, isOfSource));
            } else if (!isOfSource) {
                toSinks.add(new ToSink(letter, all));
            } else if (letter.head().given().isEmpty()) {
                refused.put(
                        letter,
                        "it has no row that could be published again: the source could not make one of it, or it was kept"
                                + " without the row's schema; correct it where the source reads, or add the record with"
                                + " 'mainstem produce' and drop the letter");
            } else {
                toSources.add(new ToSource(letter, all, force));
            }
        }
        toSinks.sort(Comparator.comparing(ToSink::letter, IN_ORDER));
        ReplayGuard guard = new ReplayGuard(log, all.all(), force);
        refused.putAll(guard.refusals(toSinks));
        toSinks.removeIf(each -> refused.containsKey(each.letter()));
        List<Outgoing> outgoing = new ArrayList<>(toSinks);
        outgoing.addAll(toSources);
        outgoing.stream().map(Outgoing::topic).distinct().forEach(this::ensureTopic);
        for (int from = 0; from < outgoing.size(); ) {
            from = sendBatch(outgoing, from, transactions);
        }
    }

    private static String cut(Letter letter, boolean isOfSource) {
        return "only the beginning of its " + letter.head().cutFrom().getAsInt() + " bytes was kept; "
                + (isOfSource
                        ? "correct it where the source reads"
                        : "read the record at its place in the topic, and add it with 'mainstem produce'");
    }

    private void ensureTopic(String name) {
        if (log.admin().topic(name).isEmpty()) {
            log.admin().createTopic(name, 1, REPLAY_TOPIC);
        }
    }

    private int sendBatch(List<Outgoing> outgoing, int from, DeadLetters.Transactions transactions) {
        int[] next = {from};
        transactions.commit(transaction -> {
            while (next[0] < outgoing.size() && next[0] - from < BATCH && transaction.bytes() < BATCH_BYTES) {
                outgoing.get(next[0]).append(transaction, clock);
                next[0]++;
            }
        });
        outgoing.subList(from, next[0]).forEach(each -> sent.add(each.letter()));
        return next[0];
    }

    /** A letter that may be sent. Its bytes are read when they are needed. */
    private sealed interface Outgoing permits ToSink, ToSource {

        Letter letter();

        /** The topic from which it is sent. */
        String topic();

        /** Sends it, and says so. */
        void append(Transaction transaction, Clock clock);
    }

    /** The row of a source's letter: the letter itself is sent, with what the row is now. */
    record ToSource(Letter letter, DeadLetters all, boolean force) implements Outgoing {

        @Override
        public String topic() {
            return Resent.topic(letter.owner().pipeline(), letter.owner().name());
        }

        @Override
        public void append(Transaction transaction, Clock clock) {
            DeadLetter content = all.content(letter);
            DeadLetters.Corrected record = all.corrected(letter, content);
            transaction.append(
                    new TopicPartition(topic(), 0),
                    clock.millis(),
                    null,
                    record.value(),
                    Resent.headers(content, letter.topic(), force));
            LetterBook.mark(transaction, letter, LetterState.REPLAYED, clock.instant());
        }
    }

    /** The record of a sink's letter. */
    record ToSink(Letter letter, DeadLetters all) implements Outgoing {

        Origin origin() {
            return Replay.origin(letter);
        }

        @Override
        public String topic() {
            return ReplayMark.topic(
                    letter.owner().pipeline(),
                    letter.owner().name(),
                    origin().partition().topic());
        }

        Optional<byte[]> key() {
            return Optional.ofNullable(
                    all.corrected(letter, all.content(letter)).key());
        }

        @Override
        public void append(Transaction transaction, Clock clock) {
            DeadLetter content = all.content(letter);
            DeadLetters.Corrected record = all.corrected(letter, content);
            transaction.append(
                    new TopicPartition(topic(), 0),
                    content.timestamp().orElseGet(clock::instant).toEpochMilli(),
                    record.key(),
                    record.value(),
                    new ReplayMark(letter.id(), origin(), content.attempts()).onto(content.original()));
            LetterBook.mark(transaction, letter, LetterState.REPLAYED, clock.instant());
        }
    }
}
