package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A plan shows what the sink does, in every database. */
interface SinkPlansContract extends SinkDatabase {

    private Plan plan(Schema schema, Object... namesAndValues) throws Exception {
        return ((Plannable) open(namesAndValues)).plan(StreamSchema.of("orders", schema, List.of("id")));
    }

    /** Sends what a plan shows, but for the making of the database itself. */
    private void send(Plan plan) throws SQLException {
        for (Plan.Request change : plan.changes()) {
            if (!change.purpose().equals("make the database")) {
                execute(change.text());
            }
        }
    }

    private static List<String> purposes(Plan plan) {
        return plan.requests().stream().map(Plan.Request::purpose).toList();
    }

    List<Object[]> MODES = List.of(
            new Object[] {"table", "a", "mode", "insert", "evolve", List.of("side-column")},
            new Object[] {"table", "b", "mode", "update", "delete", "true"},
            new Object[] {"table", "c", "mode", "upsert", "delete", "true"},
            new Object[] {"table", "d", "mode", "upsert", "table-mode", "soft-delete"},
            new Object[] {"table", "e", "mode", "upsert", "table-mode", "history"});

    @Test
    default void whatAPlanShowsIsWhatMakesTheTablesOfEachMode() throws Exception {
        for (Object[] mode : MODES) {
            Plan first = plan(ORDERS, mode);
            assertThat(first.change()).as("%s", first).isEqualTo(Plan.Change.CREATE);
            assertThat(first.changes()).extracting(Plan.Request::purpose).contains("make the table");
            assertThat(first.columns())
                    .isNotEmpty()
                    .allSatisfy(column -> assertThat(column.change()).isEqualTo(Plan.Change.CREATE));
            send(first);

            Plan second = plan(ORDERS, mode);
            assertThat(second.change()).as("%s", second).isEqualTo(Plan.Change.NONE);
            assertThat(second.changes()).isEmpty();
            assertThat(second.warnings()).isEmpty();
            assertThat(statements(second)).isEqualTo(statements(first));
            assertThat(second.columns()).extracting(Plan.Column::name).isEqualTo(names(first));
            SinkRuntime records = new SinkRuntime(new TopicPartition("orders", UUID.randomUUID(), 0));
            records.append(Message.of(Operation.CREATE, Scalar.int64(1), SinkDatabase.order(1, "one", "1.00"))
                    .withTimestamp(START));
            run(records, mode);
            execute("DELETE FROM \"mainstem_offsets\"");
        }
        for (String table : List.of("a", "c", "d", "e")) {
            assertThat(query("SELECT \"name\" FROM \"" + table + "\"")).containsExactly(List.of("one"));
        }
        assertThat(query("SELECT \"name\" FROM \"b\"")).isEmpty();
    }

    /** A table that is there is known with its schema. */
    private static List<String> statements(Plan plan) {
        return plan.requests().stream()
                .map(request -> request.text().replace("\"public\".", ""))
                .toList();
    }

    private static List<String> names(Plan plan) {
        return plan.columns().stream().map(Plan.Column::name).toList();
    }

    @Test
    default void aPlanShowsTheStatementsOfDeletions() throws Exception {
        assertThat(purposes(plan(ORDERS, MODES.get(0)))).doesNotContain("delete rows");
        assertThat(purposes(plan(ORDERS, MODES.get(2)))).contains("write rows", "delete rows");
        assertThat(purposes(plan(ORDERS, MODES.get(3)))).contains("write rows", "mark rows as deleted");
        assertThat(purposes(plan(ORDERS, MODES.get(4)))).contains("write rows", "end the version before");
    }

    @Test
    default void aPlanShowsWhatAddsAndWidensColumnsAndDoesNotDoIt() throws Exception {
        execute("CREATE TABLE \"orders\" (\"id\" bigint NOT NULL, \"name\" varchar(3))");
        Object[] options = {"evolve", List.of("add", "widen")};
        Plan plan = plan(ORDERS, options);
        assertThat(plan.change()).isEqualTo(Plan.Change.ALTER);
        assertThat(plan.changes()).extracting(Plan.Request::purpose).contains("add the column");
        assertThat(plan.columns())
                .filteredOn(column -> column.change() == Plan.Change.CREATE)
                .hasSize(1);
        assertThat(purposes(plan).contains("widen the column, once a value needs it"))
                .isEqualTo(widens());
        assertThat(plan(ORDERS, options).changes()).isEqualTo(plan.changes());
        send(plan);
        assertThat(plan(ORDERS, options).changes()).isEmpty();
        assertThatThrownBy(() -> plan(
                        Schema.of("orders", Field.required("id", Type.INT64), Field.nullable("other", Type.STRING))))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.table-mismatch"));
    }

    @Test
    default void aPlanStopsWhereTheSinkWould() throws Exception {
        put(1, "one");
        run(log());
        assertThat(plan(ORDERS).changes()).isEmpty();
        assertThatThrownBy(() -> plan(ORDERS, "table", "another"))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.table-replaced"));
        execute("DELETE FROM \"mainstem_offsets\"");
        assertThatThrownBy(() -> plan(ORDERS))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.existing-rows"));
    }

    @Test
    default void aTableThatMessagesNameStandsForAllInAPlan() throws Exception {
        Object[] options = {"table", "of_{value.name}"};
        Plan plan = plan(ORDERS, options);
        assertThat(plan.target().orElseThrow()).startsWith("table of_{value.name} in ");
        assertThat(plan.change()).isEqualTo(Plan.Change.CREATE);
        assertThat(plan.warnings()).hasSize(1);
        put(1, "x");
        run(log(), options);
        Plan later = plan(ORDERS, options);
        assertThat(later.change()).isEqualTo(Plan.Change.NONE);
        assertThat(later.changes()).isEmpty();
        assertThat(plan(ORDERS, "table", "of_{value.nome}").warnings()).hasSize(2);
    }
}
