package io.mainstem.runtime.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.compare.CompareReport.Difference;
import io.mainstem.runtime.compare.CompareReport.Kind;
import io.mainstem.runtime.compare.CompareReport.Omission;
import io.mainstem.runtime.compare.CompareReport.Pair;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.scan.Key;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Two sides in memory: what is not equal is named, and what only seemed so for a moment is not. */
class PairComparisonTest {

    private static final Schema SCHEMA = Schema.of(
            "rows",
            Field.required("id", Type.INT64),
            Field.nullable("amount", Type.DECIMAL),
            Field.nullable("note", Type.STRING));
    private static final CompareOptions OPTIONS =
            CompareOptions.of(Clock.systemUTC(), Secrets.none()).withPause(Duration.ZERO);

    private final Rows here = new Rows("here", SCHEMA);
    private final Rows there = new Rows("there", SCHEMA);

    private Pair compare(CompareOptions options) throws Exception {
        return new PairComparison("p", here, there, SCHEMA, options).compare();
    }

    @Test
    void sidesWithTheSameRowsInWhateverOrderAreEqual() throws Exception {
        for (int i = 0; i < 5_000; i++) {
            here.put(i, "1.50", "text " + i);
        }
        for (int i = 4_999; i >= 0; i--) {
            there.put(i, "1.5", "text " + i);
        }
        Pair pair = compare(OPTIONS);
        assertThat(pair.isEqual()).isTrue();
        assertThat(pair.expected().rows()).isEqualTo(5_000);
        assertThat(pair.expected().digest()).isEqualTo(pair.actual().digest());
        assertThat(here.readings).isEqualTo(1);
    }

    @Test
    void whatIsMissingExtraOrDifferentIsNamedWithItsFields() throws Exception {
        for (int i = 0; i < 100; i++) {
            here.put(i, "1", "a");
            there.put(i, "1", "a");
        }
        there.rows.remove(7L);
        here.rows.remove(8L);
        there.put(9, "2", "a");
        there.put(10, "2", null);
        Pair pair = compare(OPTIONS);
        assertThat(pair.found().listed())
                .containsExactlyInAnyOrder(
                        new Difference(Kind.MISSING, "7", List.of()),
                        new Difference(Kind.EXTRA, "8", List.of()),
                        new Difference(Kind.DIFFERENT, "9", List.of("amount")),
                        new Difference(Kind.DIFFERENT, "10", List.of("amount", "note")));
        assertThat(pair.found().different()).isEqualTo(2);
        assertThat(compare(OPTIONS.withLimit(1)).found()).satisfies(found -> {
            assertThat(found.listed()).hasSize(1);
            assertThat(found.missing() + found.extra() + found.different()).isEqualTo(4);
        });
    }

    @Test
    void aRowThatWasOnItsWayIsNoDifference() throws Exception {
        here.put(1, "1", "a");
        here.put(2, "2", "b");
        there.put(1, "1", "a");
        there.onReading = reading -> {
            if (reading == 2) {
                there.put(2, "2", "b");
            }
        };
        assertThat(compare(OPTIONS).isEqual()).isTrue();
    }

    @Test
    void aRowThatChangesAllTheTimeIsSaidToChange() throws Exception {
        there.put(1, "0", "a");
        here.onReading = reading -> here.put(1, String.valueOf(reading), "a");
        Pair pair = compare(OPTIONS);
        assertThat(pair.isEqual()).isFalse();
        assertThat(pair.found().changing()).isEqualTo(1);
        assertThat(pair.found().listed()).containsExactly(new Difference(Kind.CHANGING, "1", List.of()));
    }

    @Test
    void moreDifferencesThanAreLookedAtAgainAreCounted() throws Exception {
        for (int i = 0; i < 12_000; i++) {
            here.put(i, "1", "a");
        }
        Pair pair = compare(OPTIONS);
        assertThat(pair.found().missing()).isEqualTo(12_000);
        assertThat(pair.found().unchecked()).isEqualTo(2_000);
        assertThat(pair.found().listed()).hasSize(CompareOptions.LIMIT);
    }

    @Test
    void fieldsThatTheOtherSideDoesNotHaveAreLeftOutAndNamedWithTheReason() throws Exception {
        here.put(1, "1", "a");
        there.put(1, "1", "other");
        there.fields = Optional.of(Set.of("id", "amount"));
        Pair pair = compare(OPTIONS);
        assertThat(pair.isEqual()).isTrue();
        assertThat(pair.notCompared()).containsExactly(new Omission("note", "it is computed"));
    }

    @Test
    void rowsThatCannotBeReadAreCountedAndTheFirstIsNamed() throws Exception {
        here.put(1, "1", "a");
        there.put(1, "1", "a");
        here.unreadable = List.of("row 7: odd", "row 8: odd");
        Pair pair = compare(OPTIONS);
        assertThat(pair.isEqual()).isFalse();
        assertThat(pair.found().areReadRowsEqual()).isTrue();
        assertThat(pair.found().unreadable()).isEqualTo(2);
        assertThat(pair.found().whyUnreadable()).contains("here: row 7: odd");
    }

    @Test
    void onlyTheKeysInQuestionAreAskedForAgain() throws Exception {
        for (int i = 0; i < 10; i++) {
            here.put(i, "1", "a");
        }
        there.put(3, "1", "a");
        compare(OPTIONS);
        assertThat(there.wanted).containsExactly("0", "1", "2", "4", "5", "6", "7", "8", "9");
    }

    /** Rows by their number. */
    private static final class Rows implements Side {
        private final String name;
        private final Schema schema;
        private final Map<Long, Row> rows = new TreeMap<>();
        private Optional<Set<String>> fields = Optional.empty();
        private IntConsumer onReading = reading -> {};
        private int readings;
        private List<String> unreadable = List.of();
        private final Set<String> wanted = new java.util.TreeSet<>();

        Rows(String name, Schema schema) {
            this.name = name;
            this.schema = schema;
        }

        void put(long id, String amount, String note) {
            rows.put(id, Row.of(schema, id, new BigDecimal(amount), note));
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void read(Taker taker) throws Exception {
            readings++;
            onReading.accept(readings);
            fields.ifPresent(names -> taker.fields(names, Map.of("note", "it is computed")));
            unreadable.forEach(taker::unreadable);
            for (long id = 0; readings == 2 && id < 10; id++) {
                Key key = new Key(String.valueOf(id).getBytes(StandardCharsets.UTF_8));
                if (taker.wants(key)) {
                    wanted.add(key.toString());
                }
            }
            for (Map.Entry<Long, Row> row : rows.entrySet()) {
                taker.take(new Key(String.valueOf(row.getKey()).getBytes(StandardCharsets.UTF_8)), row.getValue());
            }
        }
    }
}
