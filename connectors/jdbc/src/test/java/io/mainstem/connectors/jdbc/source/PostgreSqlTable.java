package io.mainstem.connectors.jdbc.source;

import io.mainstem.connectors.jdbc.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * A database for one test after the other, each of which finds it empty, with the options that read a table of it. Databases of their own
 * would each be hundreds of files to make and to remove.
 */
record PostgreSqlTable(String database) {

    private static final String SHARED = PostgresServer.shared().database();

    static PostgreSqlTable create(String... statements) throws SQLException {
        PostgreSqlTable table = new PostgreSqlTable(SHARED);
        table.execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
        table.execute(statements);
        return table;
    }

    Connection connect() throws SQLException {
        return PostgresServer.shared().connect(database);
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    long count(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    Map<String, Object> options(Object... more) {
        Map<String, Object> options = new HashMap<>();
        options.put("url", PostgresServer.shared().url(database));
        options.put("user", PostgresServer.shared().user());
        options.put("password", PostgresServer.shared().password());
        for (int i = 0; i < more.length; i += 2) {
            options.put((String) more[i], more[i + 1]);
        }
        return options;
    }
}
