package io.mainstem.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How soon there is an answer of {@code validate}, and a first row of {@code run} in the target. */
public final class StartUp {

    private static final int ROWS = 1_000_000;
    private static final int TIMES = 10;
    private static final Duration MOST = Duration.ofMinutes(1);

    private StartUp() {}

    /**
     * Measures both.
     *
     * @param args how many times
     */
    public static void main(String[] args) throws Exception {
        int times = args.length > 0 ? Integer.parseInt(args[0]) : TIMES;
        try (Workplace workplace = Workplace.open(ROWS)) {
            double[] answers = new double[times];
            double[] rows = new double[times];
            for (int i = 0; i < times; i++) {
                answers[i] = validate(workplace.newFolder("validate"));
                rows[i] = firstRow(workplace, "first" + i);
            }
            Lines.printSpread("validate quickstart.yaml, seconds", answers);
            Lines.printSpread("run: first row in the table, seconds", rows);
        }
    }

    private static double validate(Path folder) throws IOException, InterruptedException {
        String quickstart = Path.of(System.getProperty("mainstem.examples"), "quickstart.yaml")
                .toString();
        long begin = System.nanoTime();
        Process process = Job.command(folder, "validate", quickstart).start();
        int exitCode = process.waitFor();
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (exitCode != 0) {
            throw new IllegalStateException("validate ended with exit code " + exitCode);
        }
        return seconds;
    }

    /** From the start of the process until another connection sees a row; looks every few milliseconds. */
    private static double firstRow(Workplace workplace, String database) throws Exception {
        Server server = workplace.server();
        server.newDatabase(database, true);
        Job job = Job.in(workplace.newFolder("first"), workplace.csv(), server.url(database));
        double seconds;
        try (Connection connection = server.connect(database)) {
            long begin = System.nanoTime();
            Process process = job.start();
            while (!hasRow(connection)) {
                if (System.nanoTime() - begin > MOST.toNanos() || process.waitFor(10, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("no row came");
                }
            }
            seconds = (System.nanoTime() - begin) / 1e9;
            process.destroyForcibly().waitFor();
        }
        server.drop(database);
        return seconds;
    }

    private static boolean hasRow(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT EXISTS (SELECT 1 FROM orders)")) {
            return result.next() && result.getBoolean(1);
        }
    }
}
