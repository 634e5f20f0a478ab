package io.mainstem.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server of its own, as safe as a real one: it forces every commit to disk. */
final class Server implements AutoCloseable {

    static final String USER = "postgres";

    private final Path folder;
    private EmbeddedPostgres postgres;
    private @Nullable ProcessHandle main;

    private Server(Path folder, EmbeddedPostgres postgres) {
        this.folder = folder;
        this.postgres = postgres;
    }

    /** Starts it with its data in this folder. */
    static Server start(Path folder) throws IOException, SQLException {
        Server server = new Server(folder, builder(folder).start());
        Lines.print(
                "server",
                "version",
                server.setting("server_version"),
                "fsync",
                server.setting("fsync"),
                "synchronous_commit",
                server.setting("synchronous_commit"),
                "shared_buffers",
                server.setting("shared_buffers"));
        return server;
    }

    private static EmbeddedPostgres.Builder builder(Path folder) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_wal_size", "4GB");
    }

    /** Stops it, and starts it again after some time. */
    void stopFor(Duration time) throws IOException {
        int port = postgres.getPort();
        postgres.close();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        postgres = builder(folder).setPort(port).start();
    }

    private String setting(String name) throws SQLException {
        return first("postgres", "SHOW " + name);
    }

    int port() {
        return postgres.getPort();
    }

    /** The address of a database for JDBC, without a user. */
    String url(String database) {
        return "jdbc:postgresql://localhost:" + port() + "/" + database;
    }

    /** Makes a database with an empty table of orders, and leaves the server with nothing to write from before. */
    void newDatabase(String name, boolean key) throws SQLException {
        execute("postgres", "CREATE DATABASE " + name);
        execute(name, OrdersFile.table(key));
        execute(name, "CHECKPOINT");
    }

    void drop(String database) throws SQLException {
        execute("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
    }

    /** Count, distinct ids and a hash of every column of every row, independent of their order. */
    String digest(String database) throws SQLException {
        return first(
                database,
                "SELECT concat_ws(' ', count(*), count(DISTINCT id), sum(hashtextextended(o::text, 0)::numeric)) FROM orders o");
    }

    /** Sends a signal to the server and all its backends: STOP freezes it, CONT wakes it. */
    void signal(String name) throws SQLException, IOException, InterruptedException {
        if (main == null) {
            Path pids = Path.of(setting("data_directory"), "postmaster.pid");
            main = ProcessHandle.of(
                            Long.parseLong(Files.readAllLines(pids).get(0).strip()))
                    .orElseThrow();
        }
        send(name, main);
        for (ProcessHandle backend : main.descendants().toList()) {
            send(name, backend);
        }
    }

    private static void send(String signal, ProcessHandle process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    long count(String database) throws SQLException {
        return Long.parseLong(first(database, "SELECT count(*) FROM orders"));
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database) + "?user=" + USER);
    }

    void execute(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String first(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
