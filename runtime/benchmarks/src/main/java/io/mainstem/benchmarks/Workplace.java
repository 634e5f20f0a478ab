package io.mainstem.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of a measurement, with its file of orders and its server. */
public final class Workplace implements AutoCloseable {

    private final Path folder;
    private final Path csv;
    private final Server server;

    private Workplace(Path folder, Path csv, Server server) {
        this.folder = folder;
        this.csv = csv;
        this.server = server;
    }

    /** Makes a folder in that of the system property {@code mainstem.work}, the file in it, and starts the server. */
    static Workplace open(int rows) throws IOException, SQLException {
        Path work = Files.createDirectories(Path.of(System.getProperty("mainstem.work")));
        Path csv = work.resolve("orders-" + rows + ".csv");
        OrdersFile.write(csv, rows);
        Path folder = Files.createTempDirectory(work, "measure");
        Lines.print(
                "file",
                "rows",
                rows,
                "bytes",
                Files.size(csv),
                "processors",
                Runtime.getRuntime().availableProcessors());
        return new Workplace(folder, csv, Server.start(folder.resolve("postgres")));
    }

    Path csv() {
        return csv;
    }

    Server server() {
        return server;
    }

    Path newFolder(String name) throws IOException {
        return Files.createTempDirectory(folder, name);
    }

    /** Fails unless both targets hold the same. */
    static void check(String expected, String actual) {
        if (!expected.equals(actual)) {
            throw new IllegalStateException("the tables differ: " + expected + " was copied, " + actual + " was moved");
        }
    }

    /** Takes a folder away with all that is in it. */
    public static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        delete(folder);
    }
}
