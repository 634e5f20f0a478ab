package io.mainstem.it;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own, on a free port of this machine, with a user "loader" who needs a password; other users need
 * none.
 */
final class Postgres implements AutoCloseable {

    private static final String PASSWORD = "correct horse";

    private final Path data;
    private EmbeddedPostgres server;
    private int databases;
    private Process again;

    private Postgres(Path data, EmbeddedPostgres server) {
        this.data = data;
        this.server = server;
    }

    /** What a server begins with. A copy is made in a fraction of the time that a new one takes. */
    private static final class Template {
        static final Path DATA = make();

        private static Path make() {
            try {
                Path data = Files.createTempDirectory("postgres-template");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(data)));
                try (EmbeddedPostgres made = in(data).start()) {
                    Database database = Database.at(made.getJdbcUrl("postgres", "postgres"));
                    database.execute("CREATE ROLE loader LOGIN SUPERUSER PASSWORD '" + PASSWORD + "'");
                    Path rules = Path.of(database.row("SHOW hba_file"));
                    Files.writeString(rules, "host all loader all scram-sha-256\n" + Files.readString(rules));
                }
                return data;
            } catch (Exception e) {
                throw new IllegalStateException("no PostgreSQL could be made", e);
            }
        }

        static Path copy() throws IOException {
            Path copy = Files.createTempDirectory("postgres");
            try (Stream<Path> files = Files.walk(DATA)) {
                for (Path file : files.skip(1).toList()) {
                    Files.copy(file, copy.resolve(DATA.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
            return copy;
        }
    }

    private static EmbeddedPostgres.Builder in(Path data) {
        return EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
    }

    /** Starts a server. It may have answered a COMMIT before that is on the disk. */
    static Postgres start() throws Exception {
        Path data = Template.copy();
        return new Postgres(data, in(data).start());
    }

    /** One that keeps what it has committed when it crashes. */
    static Postgres startDurable() throws Exception {
        Path data = Template.copy();
        return new Postgres(
                data, in(data).setServerConfig("synchronous_commit", "on").start());
    }

    /** Stops the server, and starts it again after the work. */
    void stopFor(Work meanwhile) throws Exception {
        int port = server.getPort();
        server.close();
        meanwhile.run();
        server = in(data).setPort(port).start();
    }

    /** What is done while there is no server. */
    interface Work {
        void run() throws Exception;
    }

    /** Makes an empty database, and gives its name. */
    String newDatabase() throws Exception {
        databases++;
        String name = "it" + databases;
        database("postgres").execute("CREATE DATABASE " + name);
        return name;
    }

    /** The same, and gives its address, without a user. */
    String newUrl() throws Exception {
        return url(newDatabase());
    }

    /** Looks into a database. */
    Database database(String name) {
        return Database.at(server.getJdbcUrl("postgres", name));
    }

    /** The address of a database, without a user. */
    String url(String name) {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + name;
    }

    /** The port on which it listens. */
    int port() {
        return server.getPort();
    }

    /** The password of the user "loader". */
    String password() {
        return PASSWORD;
    }

    /** Freezes the server with all its backends (SIGSTOP): connections stay open, and nobody answers. */
    void freeze() throws Exception {
        signal("STOP");
    }

    /** Wakes it up again. */
    void thaw() throws Exception {
        signal("CONT");
    }

    /** The server first: from then on there are no new backends. One that has just ended needs no signal. */
    private void signal(String name) throws Exception {
        ProcessHandle main = server();
        if (send(name, main) != 0) {
            throw new IllegalStateException("the server is not there");
        }
        for (ProcessHandle backend : main.descendants().toList()) {
            send(name, backend);
        }
    }

    private static int send(String signal, ProcessHandle process) throws Exception {
        return new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Ends it as {@code pg_ctl stop -m immediate} does, and starts it again on the same data and port. */
    void crash() throws Exception {
        ProcessHandle main = server();
        // The server refuses to run as root, so that it is started in a user name space of its own there, as before.
        List<String> command =
                new ArrayList<>(System.getProperty("user.name").equals("root") ? List.of("unshare", "-U") : List.of());
        command.add(main.info().command().orElseThrow());
        command.addAll(List.of(main.info().arguments().orElseThrow()));
        send("QUIT", main);
        main.onExit().get(30, TimeUnit.SECONDS);
        again = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private ProcessHandle server() throws IOException {
        if (again != null) {
            return again.toHandle();
        }
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (again != null) {
            again.destroy();
            again.onExit().join();
        }
        delete(data);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
