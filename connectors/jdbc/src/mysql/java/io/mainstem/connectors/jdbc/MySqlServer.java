package io.mainstem.connectors.jdbc;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A MySQL or MariaDB for tests, by the profile of the build, one for all tests of a JVM. Thread-safe. */
public final class MySqlServer {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final int port;

    private MySqlServer(int port) {
        this.port = port;
    }

    private static final class Shared {
        static final MySqlServer SERVER = new MySqlServer(ServerBinaries.start());
    }

    /** The server of this JVM. */
    public static MySqlServer shared() {
        return Shared.SERVER;
    }

    /** Whether it is a MariaDB. */
    public static boolean isMariaDb() {
        return ServerBinaries.ARE_MARIADB;
    }

    /** The jar of the driver. */
    public static Path driver() throws URISyntaxException {
        return Path.of(ServerBinaries.driver()
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    /** The statements after which users have no more privileges than they are given. */
    public static List<String> enablePrivileges() {
        return ServerBinaries.ENABLE_PRIVILEGES;
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
        return ServerBinaries.url(port, database);
    }

    /** The address of a database for root, whose sessions have double quotes for names, and times in UTC. */
    public String readableUrl(String database) {
        return url(database) + "&user=root" + ServerBinaries.variables("sql_mode='ANSI_QUOTES',time_zone='+00:00'");
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
