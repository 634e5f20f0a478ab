package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Sink;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.TopicPartition;
import io.mainstem.testkit.SinkRuntime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What each mode makes of records and their deletes, in every database. */
interface TableModesContract extends SinkDatabase {

    @Test
    default void upsertReplacesAndTheLastOfABatchWins() throws Exception {
        put(1, "a");
        put(2, "b");
        put(1, "c");
        run(log().batchSize(10), "mode", "upsert", "key", "id");
        put(2, "d");
        put(3, "e");
        run(log(), "mode", "upsert", "key", "id");
        assertThat(query("SELECT \"id\", \"name\" FROM \"orders\" ORDER BY \"id\""))
                .containsExactly(List.of("1", "c"), List.of("2", "d"), List.of("3", "e"));
    }

    @Test
    default void updateChangesWhatIsThereAndAddsNothing() throws Exception {
        put(1, "a");
        run(log(), "mode", "upsert", "key", "id");
        SinkRuntime updates = new SinkRuntime(new TopicPartition("orders", UUID.randomUUID(), 0));
        updates.append(null, SinkDatabase.order(1, "b", "2.00"));
        updates.append(null, SinkDatabase.order(1, "c", "3.00"));
        updates.append(null, SinkDatabase.order(2, "nobody", "1.00"));
        run(updates.batchSize(10), "mode", "update", "key", "id", "replaced", "accept");
        assertThat(query("SELECT \"id\", \"name\" FROM \"orders\"")).containsExactly(List.of("1", "c"));
    }

    @Test
    default void aDeletedRowStaysWithTheTimeOfItsDeletion() throws Exception {
        put(1, "a");
        put(2, "b");
        remove(1);
        put(3, "c");
        remove(3);
        remove(4);
        put(2, "d");
        run(log().batchSize(100), "mode", "upsert", "key", "id", "table-mode", "soft-delete");
        assertThat(query("SELECT \"id\", \"name\", CASE WHEN \"deleted_at\" IS NULL THEN 'live' ELSE 'deleted' END "
                        + "FROM \"orders\" ORDER BY \"id\""))
                .containsExactly(List.of("1", "a", "deleted"), List.of("2", "d", "live"), List.of("3", "c", "deleted"));
        put(1, "again");
        remove(2);
        run(log(), "mode", "upsert", "key", "id", "table-mode", "soft-delete");
        assertThat(query("SELECT \"id\", \"name\", CASE WHEN \"deleted_at\" IS NULL THEN 'live' ELSE 'deleted' END "
                        + "FROM \"orders\" ORDER BY \"id\""))
                .containsExactly(
                        List.of("1", "again", "live"), List.of("2", "d", "deleted"), List.of("3", "c", "deleted"));
    }

    String HISTORY = "SELECT h.\"id\", h.\"name\", h.\"version\", CASE WHEN h.\"valid_to\" IS NULL THEN "
            + "'open' WHEN EXISTS (SELECT 1 FROM \"orders\" n WHERE n.\"id\" = h.\"id\" AND n.\"valid_from\" = h.\"valid_to\") "
            + "THEN 'followed' ELSE 'ended' END FROM \"orders\" h ORDER BY h.\"id\", h.\"version\"";

    @Test
    default void aHistoryKeepsEachVersionOnceWithOneThatIsOpen() throws Exception {
        put(1, "a");
        put(2, "b");
        put(1, "c");
        remove(2);
        put(1, "d");
        Object[] options = {"mode", "upsert", "key", "id", "table-mode", "history"};
        run(log().batchSize(2), options);
        List<List<String>> first = List.of(
                List.of("1", "a", "0", "followed"),
                List.of("1", "c", "2", "followed"),
                List.of("1", "d", "4", "open"),
                List.of("2", "b", "1", "ended"));
        assertThat(query(HISTORY)).isEqualTo(first);
        Sink again = open(options);
        log().assign(again);
        again.reset(Map.of(log().partition(), new SinkOffset(0, 0)));
        put(2, "e");
        remove(1);
        log().batchSize(100).deliver(again, 0);
        assertThat(query(HISTORY))
                .isEqualTo(List.of(
                        List.of("1", "a", "0", "followed"),
                        List.of("1", "c", "2", "followed"),
                        List.of("1", "d", "4", "ended"),
                        List.of("2", "b", "1", "ended"),
                        List.of("2", "e", "5", "open")));
    }
}
