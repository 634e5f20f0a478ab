package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What becomes of rows that do not fit, in every database. */
interface UnfitRowsContract extends SinkDatabase {

    @Test
    default void aColumnThatIsTooNarrowIsWidenedWhenTheSinkMay() throws Exception {
        execute("CREATE TABLE \"orders\" (\"id\" smallint NOT NULL, \"name\" varchar(3), \"amount\" decimal(4,1))");
        log().append(null, SinkDatabase.order(1, "abc", "1.0"));
        log().append(null, SinkDatabase.order(2, "abcdef", "123456.78"));
        log().append(null, SinkDatabase.order(3_000_000_000L, "a", null));
        if (!widens()) {
            return;
        }
        run(log().batchSize(10), "evolve", "widen");
        assertThat(log().deadLetters()).isEmpty();
        assertThat(query("SELECT \"id\", \"name\" FROM \"orders\" ORDER BY \"id\""))
                .containsExactly(List.of("1", "abc"), List.of("2", "abcdef"), List.of("3000000000", "a"));
    }

    @Test
    default void whatDoesNotFitGoesIntoTheSideColumnWhenTheSinkMay() throws Exception {
        execute("CREATE TABLE \"orders\" (\"id\" bigint NOT NULL, \"amount\" decimal(4,1))");
        log().append(null, SinkDatabase.order(1, "a \"name\"", "1.5"));
        log().append(null, SinkDatabase.order(2, null, "1234567.89"));
        run(log().batchSize(10), "evolve", "side-column");
        assertThat(log().deadLetters()).isEmpty();
        List<List<String>> rows = query("SELECT \"id\", \"_unfitted\" FROM \"orders\" ORDER BY \"id\"");
        assertThat(rows.get(0)).containsExactly("1", "{\"name\":\"a \\\"name\\\"\"}");
        if (widens()) {
            assertThat(rows.get(1).get(1)).startsWith("{\"amount\":1234567.89");
        }
    }

    /** The table orders, which takes no row with the name "bad". */
    default void makeTableWithoutBadNames() throws SQLException {
        execute(
                "CREATE TABLE \"orders\" (\"id\" bigint NOT NULL PRIMARY KEY, \"name\" varchar(20) CHECK (\"name\" <> 'bad'), "
                        + "\"amount\" decimal(10,2))");
    }

    @Test
    default void badRowsOfABatchAreNamedAndTheOthersLand() throws Exception {
        makeTableWithoutBadNames();
        Set<Long> bad = new TreeSet<>();
        for (long id = 0; id < 300; id++) {
            boolean isBad = id % 60 == 7;
            log().append(null, SinkDatabase.order(id, isBad ? "bad" : "good", "1.00"));
            if (isBad) {
                bad.add(id);
            }
        }
        run(log().batchSize(150));
        assertThat(log().deadLetters().stream().map(origin -> origin.offset()))
                .containsExactlyInAnyOrderElementsOf(bad);
        assertThat(query("SELECT count(*), count(DISTINCT \"id\") FROM \"orders\""))
                .containsExactly(List.of("295", "295"));
    }
}
