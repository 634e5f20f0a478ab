package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.SourceFactory;
import io.mainstem.testkit.SourceContract;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;

/** Rows by the time of their change, many of one time. */
final class SqliteSourceTest extends SourceContract {

    @Override
    protected SourceFactory factory() {
        return new JdbcSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("shop.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT NOT NULL, changed TEXT NOT NULL)");
            statement.execute(
                    "INSERT INTO orders WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i, hex(randomblob(300)), '2020-01-01 00:00:0' || (i / 700) FROM n");
        }
        return Map.of("url", url, "table", "orders", "mode", "timestamp", "cursor", "changed", "late-commits", "0s");
    }

    @Override
    protected int messages() {
        return 2_000;
    }
}
