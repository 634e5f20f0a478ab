package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.SourceFactory;
import io.mainstem.testkit.SourceContract;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Rows by the time of their change, many of one time. */
final class H2SourceTest extends SourceContract {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    @Override
    protected SourceFactory factory() {
        return new JdbcSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() throws Exception {
        String url = "jdbc:h2:mem:shop" + DATABASES.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE orders (id BIGINT PRIMARY KEY, name VARCHAR NOT NULL, changed TIMESTAMP NOT NULL)");
            statement.execute(
                    "INSERT INTO orders SELECT X, REPEAT('abcdefgh', 40), TIMESTAMP '2020-01-01 00:00:00' + (X / 700) * INTERVAL '1' SECOND FROM SYSTEM_RANGE(1, 2000)");
        }
        return Map.of("url", url, "table", "ORDERS", "mode", "timestamp", "cursor", "CHANGED", "late-commits", "0s");
    }

    @Override
    protected int messages() {
        return 2_000;
    }
}
