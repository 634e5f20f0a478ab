package io.mainstem.it;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server of its own, on a free port of this machine. */
final class Postgres implements AutoCloseable {

    private static final String PASSWORD = "correct horse";

    private final Path data;
    private EmbeddedPostgres server;
    private int databases;
    private Process again;

    private Postgres(EmbeddedPostgres server) throws Exception {
        this.server = server;
        this.data = Path.of(database("postgres").row("SHOW data_directory"));
    }

    /** Starts a server with its data in a folder, which can be stopped and started again. */
    static Postgres in(Path folder) throws Exception {
        return new Postgres(EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .start());
    }

    /** Stops the server, and starts it again after the work. */
    void stopFor(Path folder, Work meanwhile) throws Exception {
        int port = server.getPort();
        server.close();
        meanwhile.run();
        server = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    /** What is done while there is no server. */
    interface Work {
        void run() throws Exception;
    }

    /** One that keeps what it has committed when it crashes; the others answer before that is on the disk. */
    static Postgres startDurable() throws Exception {
        return new Postgres(EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .start());
    }

    /** Starts a server, with a user "loader" who needs a password; other users need none. */
    static Postgres start() throws Exception {
        Postgres postgres = new Postgres(EmbeddedPostgres.start());
        Database database = postgres.database("postgres");
        database.execute("CREATE ROLE loader LOGIN SUPERUSER PASSWORD '" + PASSWORD + "'");
        askForPassword(Path.of(database.row("SHOW hba_file")));
        database.execute("SELECT pg_reload_conf()");
        return postgres;
    }

    private static void askForPassword(Path rules) throws IOException {
        Files.writeString(rules, "host all loader all scram-sha-256\n" + Files.readString(rules));
    }

    /** Makes an empty database, and gives its name. */
    String newDatabase() throws Exception {
        databases++;
        String name = "it" + databases;
        database("postgres").execute("CREATE DATABASE " + name);
        return name;
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
        if (again != null) {
            again.destroy();
        }
        server.close();
    }
}
