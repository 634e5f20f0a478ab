package io.mainstem.connectors.jdbc;

import io.mainstem.testkit.SinkContract;
import io.mainstem.testkit.SinkHarness;
import java.sql.DriverManager;
import java.util.Map;

/** The sink's contract on SQLite, mode upsert. */
final class SqliteSinkTest extends SinkContract {

    @Override
    protected SinkHarness open() {
        return new SqlHarness(
                () -> DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("target.db")),
                Map.of("url", "jdbc:sqlite:target.db", "mode", "upsert", "evolve", "add"));
    }
}
