package io.mainstem.runtime.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Origin;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who looks at dead letters again sees what has become of them, and reads only what is new. */
final class DeadLettersTest {

    private static final String TOPIC = "p.dead-letters";
    private static final DeadLetter.Owner SINK = new DeadLetter.Owner("p", DeadLetter.Side.SINK, "out", "memory");
    private static final UUID ORDERS = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final Instant TIME = Instant.parse("2026-01-31T00:00:00Z");

    @TempDir
    Path folder;

    private Log log;
    private final List<String> reads = new ArrayList<>();

    @BeforeEach
    void openLog() {
        log = EmbeddedLog.open(folder.resolve("log"), EmbeddedLogOptions.defaults());
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    /** The log, which notes from where partitions are read. */
    private Log noting() {
        return (Log) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Log.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("reader")) {
                        reads.add(arguments[0] + " from " + arguments[1]);
                    }
                    try {
                        return method.invoke(log, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void keep(long... offsets) {
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            TopicPartition partition = LetterTopic.ensure(log, TOPIC, producer).partition();
            for (long offset : offsets) {
                DeadLetter letter = DeadLetter.ofSink(
                        SINK,
                        null,
                        new byte[] {1},
                        Headers.EMPTY,
                        TIME,
                        new Origin(new io.mainstem.api.TopicPartition("orders", ORDERS, 0), offset, 0),
                        LetterCause.of(new IllegalArgumentException("bad"), text -> text),
                        1,
                        TIME);
                producer.send(partition, TIME.toEpochMilli(), letter.key(), letter.value(), letter.headers())
                        .join();
            }
        }
    }

    private static List<Long> offsets(DeadLetters letters, LetterState state) {
        return letters.all().stream()
                .filter(letter -> letter.state() == state)
                .map(letter -> letter.head().record().orElseThrow().offset())
                .toList();
    }

    private static long offset(Letter letter) {
        return letter.head().record().orElseThrow().offset();
    }

    @Test
    void whatCameSinceIsSeenAndNothingElseIsRead() {
        keep(1, 2, 3);
        DeadLetters letters = DeadLetters.read(noting());
        assertThat(offsets(letters, LetterState.OPEN)).containsExactly(1L, 2L, 3L);
        reads.clear();

        letters.readOn();
        assertThat(reads).as("nothing has come").isEmpty();

        keep(4);
        DeadLetters.drop(log, Clock.systemUTC(), letter -> offset(letter) == 2);
        reads.clear();
        letters.readOn();
        assertThat(offsets(letters, LetterState.OPEN)).containsExactly(1L, 3L, 4L);
        assertThat(offsets(letters, LetterState.DROPPED)).containsExactly(2L);
        assertThat(reads).hasSize(2).noneMatch(read -> read.endsWith("from 0")).contains(TOPIC + "-0 from 3");
    }

    @Test
    void aLetterWhoseRecordFailsAgainIsOpenAgain() {
        keep(1, 2);
        DeadLetters letters = DeadLetters.read(log);
        Letter first = letters.all().get(0);
        DeadLetters.change(
                log,
                transactions -> transactions.commit(
                        transaction -> LetterBook.mark(transaction, first, LetterState.REPLAYED, TIME)));
        letters.readOn();
        assertThat(offsets(letters, LetterState.OPEN)).containsExactly(2L);

        keep(1);
        letters.readOn();
        assertThat(offsets(letters, LetterState.OPEN)).as("in its old place").containsExactly(1L, 2L);
        assertThat(offsets(DeadLetters.read(log), LetterState.OPEN)).containsExactly(1L, 2L);
    }

    /** As after a reset of the group: the sink meets the record in its topic again. */
    @Test
    void whatAPersonHasDecidedHoldsWhenTheRecordIsMetAgain() {
        keep(1, 2);
        DeadLetters letters = DeadLetters.read(log);
        byte[] right = "right".getBytes(StandardCharsets.UTF_8);
        DeadLetters.edit(log, Clock.systemUTC(), letters.all().get(0), new DeadLetters.Corrected(null, right));
        DeadLetters.drop(log, Clock.systemUTC(), letter -> offset(letter) == 2);

        keep(1, 2);
        letters.readOn();
        assertThat(offsets(letters, LetterState.OPEN)).containsExactly(1L);
        assertThat(offsets(letters, LetterState.DROPPED)).containsExactly(2L);
        Letter edited = letters.all().get(0);
        assertThat(edited.edited()).isPresent();
        assertThat(letters.corrected(edited, letters.content(edited)).value()).isEqualTo(right);
    }

    @Test
    void whatTheLogDoesNotHaveAnyMoreIsForgotten() {
        keep(1, 2, 3);
        DeadLetters letters = DeadLetters.read(log);
        log.admin().truncateBefore(Map.of(new TopicPartition(TOPIC, 0), 2L));
        letters.readOn();
        assertThat(offsets(letters, LetterState.OPEN)).containsExactly(3L);

        log.admin().deleteTopic(TOPIC);
        letters.readOn();
        assertThat(letters.all()).isEmpty();

        keep(9);
        letters.readOn();
        assertThat(offsets(letters, LetterState.OPEN))
                .as("of the topic that was made anew")
                .containsExactly(9L);
    }

    @Test
    void aLetterKeepsTheTimeOfItsRecord() {
        keep(1);
        Letter letter = DeadLetters.read(log).all().get(0);
        assertThat(letter.head().timestamp()).contains(TIME);
    }
}
