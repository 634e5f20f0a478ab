package io.mainstem.connectors.jdbc;

import io.mainstem.api.Config;
import io.mainstem.api.Sink;
import io.mainstem.testkit.SinkTestContext;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database of one's own on the shared server, with sinks that write into it, which are closed behind the test that registers it. */
final class TestSink implements AutoCloseable, AfterEachCallback {

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.database();
    private final List<Sink> sinks = new ArrayList<>();

    String database() {
        return database;
    }

    PostgresServer server() {
        return server;
    }

    /** A sink with these options beside those of the connection. */
    Sink open(Object... namesAndValues) {
        Map<String, Object> options = new HashMap<>(Map.of(
                "url", server.url(database), "user", server.user(), "password", server.password(), "table", "t"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            options.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        JdbcSinkFactory factory = new JdbcSinkFactory();
        Sink sink = factory.create(Config.parse(factory.config(), options), SinkTestContext.in(Path.of(".")));
        sinks.add(sink);
        return sink;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The rows of a query, each as texts. */
    List<List<String>> query(String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.add(found.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    String one(String sql) throws SQLException {
        return query(sql).get(0).get(0);
    }

    @Override
    public void afterEach(ExtensionContext test) throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        for (Sink sink : sinks) {
            sink.close();
        }
    }
}
