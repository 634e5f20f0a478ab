package io.mainstem.connectors.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** A database of its own on MySQL or MariaDB, with what is done in it. */
public final class MySqlDatabase {

    private final String url;

    private MySqlDatabase(String url) {
        this.url = url;
    }

    /** An empty one, in which these statements were run. */
    public static MySqlDatabase create(String... statements) throws SQLException {
        MySqlServer server = MySqlServer.shared();
        MySqlDatabase database = new MySqlDatabase(server.url(server.database()));
        database.execute(statements);
        return database;
    }

    /** Runs statements in a session without strictness, so that dates that are none can be written. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION sql_mode = ''");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Connects as root. */
    public Connection connect() throws SQLException {
        return connect("root", "");
    }

    /** Connects as another user. */
    public Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    /** The options of a connector, and more of them by name and value. */
    public Map<String, Object> options(Object... more) {
        Map<String, Object> options = new HashMap<>(Map.of("url", url, "user", "root"));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i].toString(), more[i + 1]);
        }
        return options;
    }
}
