package io.mainstem.connectors.jdbc;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** A database for one test, with sinks that write into it, and a topic of orders. */
interface SinkDatabase {

    Schema ORDERS = Schema.of(
            "orders",
            Field.required("id", Type.INT64),
            Field.nullable("name", Type.STRING),
            Field.nullable("amount", Type.decimal(10, 2)));
    Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** A sink with these options beside those that connect; it is closed behind the test. */
    Sink open(Object... namesAndValues) throws Exception;

    /** Lets a sink write all records, and closes it. */
    default void run(SinkRuntime records, Object... namesAndValues) throws Exception {
        Sink sink = open(namesAndValues);
        records.run(sink);
        sink.close();
    }

    /** The rows of a query, each as texts; names in double quotes are names. */
    List<List<String>> query(String sql) throws SQLException;

    void execute(String... statements) throws SQLException;

    /** The topic of orders. */
    SinkRuntime log();

    /** Whether it can give a column a wider type. */
    default boolean widens() {
        return true;
    }

    static Row order(long id, String name, String amount) {
        return Row.of(ORDERS, id, name, amount == null ? null : new BigDecimal(amount));
    }

    default void put(long id, String name) {
        log().append(Message.of(Operation.CREATE, Scalar.int64(id), order(id, name, "1.00"))
                .withTimestamp(START.plusSeconds(log().end())));
    }

    default void remove(long id) {
        log().append(Message.of(Operation.DELETE, Scalar.int64(id), null)
                .withTimestamp(START.plusSeconds(log().end())));
    }
}
