package io.mainstem.it;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** A database, looked at from outside. */
final class Database {

    private final String url;

    private Database(String url) {
        this.url = url;
    }

    /** A file of SQLite. */
    static Database sqlite(Path file) {
        return new Database("jdbc:sqlite:" + file);
    }

    /** Any database, by its address; in PostgreSQL as the user who needs no password. */
    static Database at(String url) {
        return new Database(url.startsWith("jdbc:postgresql:") && !url.contains("?") ? url + "?user=postgres" : url);
    }

    /** Runs a statement. */
    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The rows of a query, the columns of each with {@code |} between them. */
    List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringJoiner row = new StringJoiner("|");
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    /** The one row of a query. */
    String row(String sql) throws SQLException {
        List<String> rows = rows(sql);
        if (rows.size() != 1) {
            throw new AssertionError(sql + " gives " + rows);
        }
        return rows.get(0);
    }

    /** The one number of a query; 0 when its table is not there yet. */
    long number(String sql) {
        try {
            return Long.parseLong(row(sql));
        } catch (SQLException notYet) {
            return 0;
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }
}
