package io.mainstem.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A table into that of another database, beside {@code COPY TO | COPY FROM} of two psql, turn by turn. */
public final class TableRace {

    private static final int ROWS = 1_000_000;
    private static final int ROUNDS = 5;
    private static final String SOURCE = "shop";

    private TableRace() {}

    /**
     * Runs the race.
     *
     * @param args how many rounds
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : ROUNDS;
        try (Workplace workplace = Workplace.open(ROWS)) {
            Server server = workplace.server();
            server.newDatabase(SOURCE, true);
            Copy.ofThisMachine().run(server, SOURCE, workplace.csv());
            server.execute(SOURCE, "VACUUM ANALYZE orders");
            run(workplace, rounds);
        }
    }

    private static void run(Workplace workplace, int rounds) throws Exception {
        Server server = workplace.server();
        String digest = server.digest(SOURCE);
        double[] ratios = new double[rounds];
        double[] copies = new double[rounds];
        double[] jobs = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            String copied = "copied" + round;
            server.newDatabase(copied, true);
            copies[round] = pipe(server, copied);
            Workplace.check(digest, server.digest(copied));
            server.drop(copied);

            String moved = "moved" + round;
            server.newDatabase(moved, true);
            Path folder = workplace.newFolder("round");
            Job.Cost cost = Job.betweenTables(folder, server.url(SOURCE), server.url(moved))
                    .run();
            jobs[round] = cost.seconds();
            ratios[round] = jobs[round] / copies[round];
            Lines.print(
                    "tables",
                    "round",
                    round + 1,
                    "psql seconds",
                    copies[round],
                    "mainstem seconds",
                    cost.seconds(),
                    "ratio",
                    ratios[round],
                    "processor seconds",
                    cost.processorSeconds(),
                    "peak MiB",
                    cost.peakMebibytes());
            Workplace.check(digest, server.digest(moved));
            server.drop(moved);
            Workplace.delete(folder);
        }
        Lines.printSpread("psql | psql, seconds", copies);
        Lines.printSpread("mainstem run, seconds", jobs);
        Lines.printSpread("ratio", ratios);
    }

    /** COPY TO of one psql into COPY FROM of another. */
    private static double pipe(Server server, String database) throws IOException, InterruptedException {
        String psql = String.format(Locale.ROOT, "psql -X -q -h localhost -p %d -U %s -d ", server.port(), Server.USER);
        String command = psql + SOURCE + " -c 'COPY orders TO STDOUT (FORMAT binary)' | " + psql + database
                + " -c 'COPY orders FROM STDIN (FORMAT binary)'";
        long begin = System.nanoTime();
        Process process =
                new ProcessBuilder(List.of("sh", "-c", command)).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("psql ended with exit code " + process.exitValue());
        }
        return (System.nanoTime() - begin) / 1e9;
    }
}
