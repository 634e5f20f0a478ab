package io.mainstem.connectors.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A PostgreSQL for tests: in a container where Docker answers, else from binaries on this machine. One server for all tests of
 * a JVM; {@link #database} makes an empty database. Thread-safe.
 */
public final class PostgresServer implements AutoCloseable {

    private static final String SETTING = "max_connections=200";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String host;
    private final int port;
    private final String password;
    private final AutoCloseable server;

    private PostgresServer(String host, int port, String password, AutoCloseable server) {
        this.host = host;
        this.port = port;
        this.password = password;
        this.server = server;
    }

    private static final class Shared {
        static final PostgresServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }

    /** The server of this JVM. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** A server of one's own, to be closed. */
    public static PostgresServer start() {
        return dockerAnswers() ? startContainer() : startProcess();
    }

    private static boolean dockerAnswers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    private static PostgresServer startContainer() {
        PostgreSQLContainer container = new PostgreSQLContainer("postgres:18-alpine")
                .withUsername("postgres")
                .withPassword("postgres")
                .withCommand("postgres", "-c", SETTING);
        container.start();
        return new PostgresServer(container.getHost(), container.getMappedPort(5432), "postgres", container);
    }

    private static PostgresServer startProcess() {
        try {
            EmbeddedPostgres process = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    .start();
            return new PostgresServer("localhost", process.getPort(), "postgres", process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes an empty database, and tells its name. */
    public String database() {
        String name = "test_" + DATABASES.incrementAndGet();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
            return name;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The address of a database, without user and password. */
    public String url(String database) {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    /** The server's host. */
    public String host() {
        return host;
    }

    /** The server's port. */
    public int port() {
        return port;
    }

    /** The superuser. */
    public String user() {
        return "postgres";
    }

    /** The superuser's password. */
    public String password() {
        return password;
    }

    /** Connects as the superuser. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), user(), password);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
