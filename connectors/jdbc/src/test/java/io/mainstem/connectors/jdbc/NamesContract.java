package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How fields and topics become names, in every database. */
interface NamesContract extends SinkDatabase {

    @Test
    default void messagesNameTheirTablesWithinABound() throws Exception {
        for (String region : List.of("north", "south", "north")) {
            log().append(null, SinkDatabase.order(log().end(), region, "1.00"));
        }
        log().append(null, SinkDatabase.order(9, null, "1.00"));
        run(log().batchSize(2), "table", "{topic}_{value.name}", "tables-max", "2");
        assertThat(query("SELECT \"id\" FROM \"orders_north\" ORDER BY \"id\""))
                .containsExactly(List.of("0"), List.of("2"));
        assertThat(query("SELECT count(*) FROM \"orders_south\"")).containsExactly(List.of("1"));
        assertThat(log().deadLetters()).hasSize(1);
        log().append(null, SinkDatabase.order(10, "east", "1.00"));
        log().append(null, SinkDatabase.order(11, "west", "1.00"));
        Sink sink = open("table", "{topic}_{value.name}", "tables-max", "1");
        assertThatThrownBy(() -> log().run(sink))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.too-many-tables"));
    }

    @Test
    default void namesFollowThePolicyAndMayNotMeet() throws Exception {
        Schema schema = Schema.of(
                "t",
                Field.required("orderId", Type.INT64),
                Field.nullable("HTTPStatus", Type.INT32),
                Field.nullable("a-b", Type.STRING));
        SinkRuntime records = new SinkRuntime(new TopicPartition("ShopOrders", UUID.randomUUID(), 0));
        records.append(null, Row.of(schema, 1L, 200, "x"));
        run(records, "names", "snake-case", "mode", "upsert", "key", "order_id");
        assertThat(query("SELECT \"order_id\", \"http_status\", \"a_b\" FROM \"shop_orders\""))
                .containsExactly(List.of("1", "200", "x"));
        Schema meeting = Schema.of("t", Field.required("aB", Type.INT64), Field.nullable("a_b", Type.STRING));
        SinkRuntime other = new SinkRuntime(new TopicPartition("meeting", UUID.randomUUID(), 0));
        other.append(null, Row.of(meeting, 1L, "x"));
        Sink sink = open("names", "snake-case");
        assertThatThrownBy(() -> other.run(sink))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("would both be column 'a_b'");
    }

    @Test
    default void aTableMayHaveADoubleQuoteInItsName() throws Exception {
        put(1, "one");
        run(log(), "table", "\"a\"\"b.c\"");
        assertThat(query("SELECT \"name\" FROM \"a\"\"b.c\"")).containsExactly(List.of("one"));
    }
}
