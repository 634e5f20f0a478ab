package io.mainstem.it;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A PostgreSQL server of its own, on a free port of this machine. */
final class Postgres implements AutoCloseable {

    private static final String PASSWORD = "correct horse";

    private EmbeddedPostgres server;
    private int databases;

    private Postgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Starts a server with its data in a folder, which can be stopped and started again. */
    static Postgres in(Path folder) throws IOException {
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

    /** The password of the user "loader". */
    String password() {
        return PASSWORD;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
