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
 * Sends dead letters to their sinks once more. Each goes into the replay topic of its sink ({@link ReplayMark#topic}), in the
 * order in which they stood, in the transaction that marks it as replayed: so it is sent once, whatever is killed whenever. The
 * sink keeps its offsets of that topic as it does for any other.
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
        List<Outgoing> outgoing = new ArrayList<>();
        for (Letter letter : all.all()) {
            if (letter.state() != LetterState.OPEN || !chosen.test(letter)) {
                continue;
            }
            if (letter.owner().side() == DeadLetter.Side.SOURCE) {
                refused.put(
                        letter,
                        "it was never a record of a topic; correct it where the source reads, or add the record with"
                                + " 'mainstem produce' and drop the letter");
            } else if (letter.head().cutFrom().isPresent()) {
                refused.put(
                        letter,
                        "only the beginning of its " + letter.head().cutFrom().getAsInt()
                                + " bytes was kept; read the record at its place in the topic, and add it with 'mainstem produce'");
            } else {
                outgoing.add(new Outgoing(letter, all));
            }
        }
        outgoing.sort(Comparator.comparing(Outgoing::letter, IN_ORDER));
        ReplayGuard guard = new ReplayGuard(log, all.all(), force);
        refused.putAll(guard.refusals(outgoing));
        outgoing.removeIf(each -> refused.containsKey(each.letter()));
        outgoing.stream().map(Outgoing::topic).distinct().forEach(this::ensureTopic);
        for (int from = 0; from < outgoing.size(); ) {
            from = sendBatch(outgoing, from, transactions);
        }
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
    record Outgoing(Letter letter, DeadLetters all) {

        Origin origin() {
            return Replay.origin(letter);
        }

        String topic() {
            return ReplayMark.topic(
                    letter.owner().pipeline(),
                    letter.owner().name(),
                    origin().partition().topic());
        }

        Optional<byte[]> key() {
            return Optional.ofNullable(
                    all.corrected(letter, all.content(letter)).key());
        }

        void append(Transaction transaction, Clock clock) {
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
