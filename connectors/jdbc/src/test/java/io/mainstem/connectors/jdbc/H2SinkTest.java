package io.mainstem.connectors.jdbc;

import io.mainstem.testkit.SinkContract;
import io.mainstem.testkit.SinkHarness;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/** The sink's contract on H2, mode insert, into a table that is there. */
final class H2SinkTest extends SinkContract {

    @Override
    protected SinkHarness open() throws SQLException {
        String url = "jdbc:h2:" + folder.resolve("target") + ";DB_CLOSE_DELAY=0;AUTO_SERVER=FALSE";
        Connection first = DriverManager.getConnection(url);
        first.createStatement()
                .execute(
                        "CREATE TABLE \"contract\" (\"id\" BIGINT PRIMARY KEY, \"name\" VARCHAR CHECK (\"name\" <> 'a' || CHAR(0) || "
                                + "'b'), \"amount\" NUMERIC(10, 2))");
        return new SqlHarness(() -> DriverManager.getConnection(url), Map.of("url", url, "evolve", "add"), first);
    }
}
