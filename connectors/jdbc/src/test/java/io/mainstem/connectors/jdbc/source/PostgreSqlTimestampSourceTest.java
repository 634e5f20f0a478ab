package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.SourceFactory;
import io.mainstem.testkit.SourceContract;
import java.util.Map;

/** Rows by the time of their change, many of one time. */
final class PostgreSqlTimestampSourceTest extends SourceContract {

    @Override
    protected SourceFactory factory() {
        return new JdbcSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, changed timestamptz "
                        + "NOT NULL)",
                "CREATE INDEX ON orders (changed, id)",
                "INSERT INTO orders (name, changed) SELECT repeat(md5(i::text), 20), timestamptz '2020-01-01 00:00Z' + (i / 900) * "
                        + "interval '1 s' FROM generate_series(1, 3000) i");
        return table.options("table", "orders", "mode", "timestamp", "cursor", "changed");
    }

    @Override
    protected int messages() {
        return 3_000;
    }
}
