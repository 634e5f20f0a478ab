package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.History.Entry;
import io.mainstem.log.embedded.History.Kind;
import io.mainstem.log.embedded.History.Promise;
import io.mainstem.log.embedded.History.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker checked: every kind of wrong log is known for what it is, and a right one passes. */
class HistoryTest {
    private static final TopicPartition ONE = new TopicPartition("orders", 0);
    private static final TopicPartition TWO = new TopicPartition("orders", 1);

    private final History history = new History();
    private final LogModel log = new LogModel();

    @BeforeEach
    void settleTwoRecords() {
        log.createTopic("orders", 2, TopicSettings.defaults());
        for (long sequence = 0; sequence < 2; sequence++) {
            history.attempt("a", false, List.of(new Entry(ONE, sequence))).acknowledged(Map.of(ONE, sequence + 1));
            log.append(ONE, new Stamp("a", sequence).value(5));
        }
        assertThat(kinds()).isEmpty();
    }

    private List<Kind> kinds() {
        return history.check(log, Promise.ALL).stream().map(Violation::kind).toList();
    }

    private History.Unit attempt(boolean transaction, Entry... entries) {
        return history.attempt("b", transaction, List.of(entries));
    }

    private void append(TopicPartition partition, long sequence) {
        log.append(partition, new Stamp("b", sequence).value(9));
    }

    @Test
    void whatWasNotAcknowledgedMayBeThereOrNot() {
        attempt(true, new Entry(ONE, 0), new Entry(TWO, 1));
        assertThat(kinds()).isEmpty();
        attempt(true, new Entry(ONE, 2), new Entry(TWO, 3));
        append(ONE, 2);
        append(TWO, 3);
        assertThat(kinds()).isEmpty();
        assertThat(history.size()).isEqualTo(4);
    }

    @Test
    void anAcknowledgedRecordThatIsMissingIsLost() {
        attempt(false, new Entry(ONE, 0)).acknowledged(Map.of(ONE, 3L));
        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void whatWasThereOnceAndIsMissingIsLost() {
        log.records.get(ONE).remove(1);
        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void aPartitionThatIsMissingIsLostUnlessItsTopicMayBeDeleted() {
        log.deleteTopic("orders");
        assertThat(kinds()).as("of each partition").containsExactly(Kind.LOST, Kind.LOST);
        log.createTopic("orders", 1, TopicSettings.defaults());
        attempt(false, new Entry(ONE, 0)).acknowledged(Map.of(ONE, 1L));
        log.deleteTopic("orders");
        history.perhapsDeleted("orders");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void whatIsThereBehindSomethingMissingMakesItLost() {
        attempt(true, new Entry(ONE, 0));
        attempt(true, new Entry(ONE, 1));
        append(ONE, 1);
        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void whatAReaderWasGivenMustStay() {
        attempt(false, new Entry(ONE, 0));
        history.seen(ONE, 2, new Stamp("b", 0));
        assertThat(kinds()).containsExactly(Kind.LOST);
        history.seen(ONE, 1, new Stamp("a", 1));
        assertThat(kinds()).isEmpty();
        history.seen(ONE, 1, null);
        assertThat(kinds()).containsExactly(Kind.TORN);
    }

    @Test
    void aRecordThatIsThereTwiceIsADuplicate() {
        attempt(false, new Entry(ONE, 0));
        append(ONE, 0);
        append(ONE, 0);
        assertThat(kinds()).containsExactly(Kind.DUPLICATE);
        append(ONE, 0);
        assertThat(kinds()).as("of a settled one").containsExactly(Kind.DUPLICATE);
    }

    @Test
    void recordsOfOneProducerKeepTheirOrder() {
        attempt(true, new Entry(ONE, 0), new Entry(ONE, 1));
        append(ONE, 1);
        append(ONE, 0);
        assertThat(kinds()).containsExactly(Kind.REORDERED);
    }

    @Test
    void aRecordIsWhereItsProducerWasTold() {
        attempt(false, new Entry(ONE, 0)).acknowledged(Map.of(ONE, 4L));
        append(ONE, 0);
        assertThat(kinds()).containsExactly(Kind.REORDERED);
    }

    @Test
    void aValueThatIsNotWholeIsTorn() {
        attempt(false, new Entry(ONE, 0));
        String value = new Stamp("b", 0).value(9);
        log.append(ONE, value.substring(0, value.length() - 1));
        assertThat(kinds()).containsExactly(Kind.TORN);
        assertThat(Stamp.of(value.substring(0, value.length() - 1) + "!")).isNull();
        assertThat(Stamp.of(null)).isNull();
    }

    @Test
    void whatNobodyWroteThereIsInvented() {
        append(ONE, 0);
        assertThat(kinds()).containsExactly(Kind.INVENTED);
        attempt(false, new Entry(ONE, 1));
        append(TWO, 1);
        assertThat(kinds()).as("in another partition").containsExactly(Kind.INVENTED);
        attempt(true, new Entry(ONE, 2)).refused();
        append(ONE, 2);
        assertThat(kinds()).as("refused").containsExactly(Kind.INVENTED);
    }

    @Test
    void halfATransactionIsTold() {
        attempt(true, new Entry(ONE, 0), new Entry(TWO, 1));
        append(TWO, 1);
        assertThat(kinds()).containsExactly(Kind.TORN_TRANSACTION);
    }

    @Test
    void theOffsetsOfAGroupArePartOfTheTransaction() {
        history.positionsIn(ONE);
        attempt(true, new Entry(TWO, 0), new Entry(TWO, 1));
        append(TWO, 0);
        append(TWO, 1);
        log.commitOffset("b", ONE, OffsetAndMetadata.of(2));
        assertThat(kinds()).isEmpty();
        attempt(true, new Entry(TWO, 2));
        append(TWO, 2);
        assertThat(kinds()).containsExactly(Kind.TORN_TRANSACTION);
        log.commitOffset("b", ONE, OffsetAndMetadata.of(3));
        assertThat(kinds()).isEmpty();
    }

    @Test
    void withTheOperatingSystemTheEndOfAPartitionMayBeMissingByWholeCommits() {
        attempt(true, new Entry(ONE, 0), new Entry(TWO, 1)).acknowledged(Map.of(ONE, 4L, TWO, 2L));
        append(TWO, 1);
        log.skipOne(TWO);
        assertThat(history.check(log, Promise.BEGINNING)).isEmpty();
        attempt(true, new Entry(ONE, 2), new Entry(ONE, 3)).acknowledged(Map.of(ONE, 5L));
        append(ONE, 2);
        assertThat(history.check(log, Promise.BEGINNING))
                .extracting(Violation::kind)
                .containsExactly(Kind.TORN_TRANSACTION);
    }

    @Test
    void whatWasTruncatedIsNotMissed() {
        attempt(false, new Entry(ONE, 0)).acknowledged(Map.of(ONE, 3L));
        append(ONE, 0);
        log.truncateBefore(ONE, 3);
        assertThat(kinds()).isEmpty();
    }
}
