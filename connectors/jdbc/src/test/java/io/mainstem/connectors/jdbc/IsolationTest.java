package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Origin;
import io.mainstem.api.RecordException;
import io.mainstem.api.TopicPartition;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The search for bad rows: right, in order, and bounded. */
final class IsolationTest {

    private static final TopicPartition PARTITION = new TopicPartition("t", UUID.randomUUID(), 0);
    private static final int ROWS = 4096;

    @Test
    void badRowsAreFoundWithinTwoLogarithmsOfStatements() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            Set<Integer> bad = new HashSet<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                bad.add(random.nextInt(ROWS));
            }
            int statements = search(bad, -1, "seed " + seed);
            assertThat(statements).as("seed %d", seed).isLessThanOrEqualTo(1 + bad.size() * 2 * 12 + bad.size());
        }
    }

    @Test
    void aDatabaseThatNamesTheRowNeedsTwoStatementsForEach() throws Exception {
        Set<Integer> bad = Set.of(0, 7, 8, 4095);
        assertThat(search(bad, 1, "")).isLessThanOrEqualTo(2 * bad.size() + 1);
    }

    private static int search(Set<Integer> bad, int names, String description) throws SQLException {
        AtomicInteger statements = new AtomicInteger();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id)");
            statement.execute("BEGIN");
            BadRows found = new BadRows();
            Isolation.write(
                    connection, new SqliteDialect(), List.of(new FakeRows(statement, bad, names, statements)), found);
            Set<Integer> expected = new HashSet<>(bad);
            if (!bad.isEmpty()) {
                assertThat(found.toException().byOrigin().keySet().stream()
                                .map(origin -> (int) origin.offset())
                                .collect(Collectors.toSet()))
                        .as(description)
                        .isEqualTo(expected);
            }
            assertThat(statement.executeQuery("SELECT count(*) FROM t").getInt(1))
                    .isEqualTo(ROWS - bad.size());
            assertThat(statement
                            .executeQuery(
                                    "SELECT count(*) FROM t WHERE id < (SELECT b.id FROM t b WHERE b.rowid = t.rowid - 1)")
                            .getInt(1))
                    .isZero();
        }
        return statements.get();
    }

    private record FakeRows(Statement statement, Set<Integer> bad, int names, AtomicInteger statements)
            implements Isolation.Rows {
        @Override
        public int count() {
            return ROWS;
        }

        @Override
        public boolean areInOrder() {
            return true;
        }

        @Override
        public Map<Integer, RecordException> lacking(SQLException error, int from, int to, BitSet without) {
            return Map.of();
        }

        @Override
        public void write(int from, int to, BitSet without) throws SQLException {
            statements.incrementAndGet();
            for (int row = from; row < to; row++) {
                if (bad.contains(row)) {
                    throw new SQLException("row " + row, "22000", row);
                }
            }
            statement.execute("WITH RECURSIVE n(i) AS (SELECT " + from + " UNION ALL SELECT i + 1 FROM n WHERE i + 1 < "
                    + to + ") INSERT INTO t SELECT i FROM n");
        }

        @Override
        public int named(SQLException error, int from, BitSet without) {
            return names < 0 ? -1 : error.getErrorCode();
        }

        @Override
        public Origin origin(int row) {
            return new Origin(PARTITION, row, 0);
        }
    }
}
