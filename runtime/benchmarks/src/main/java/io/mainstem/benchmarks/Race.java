package io.mainstem.benchmarks;

import java.nio.file.Path;

/** The job beside {@code psql \copy} of the same file into the same table, turn by turn. */
public final class Race {

    private static final int ROWS = 1_000_000;
    private static final int ROUNDS = 5;

    private Race() {}

    /**
     * Runs the race.
     *
     * @param args how many rounds
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : ROUNDS;
        try (Workplace workplace = Workplace.open(ROWS)) {
            new Race().run(workplace, rounds);
        }
    }

    private void run(Workplace workplace, int rounds) throws Exception {
        Copy copy = Copy.ofThisMachine();
        double[] ratios = new double[rounds];
        double[] copies = new double[rounds];
        double[] jobs = new double[rounds];
        double[] peaks = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            Server server = workplace.server();
            String copied = "copied" + round;
            server.newDatabase(copied, true);
            copies[round] = copy.run(server, copied, workplace.csv());
            String digest = server.digest(copied);
            server.drop(copied);
            Lines.print(copy.name(), "round", round + 1, "seconds", copies[round], "count distinct digest", digest);

            String moved = "moved" + round;
            server.newDatabase(moved, true);
            Path folder = workplace.newFolder("round");
            Job.Cost cost = Job.in(folder, workplace.csv(), server.url(moved)).run();
            jobs[round] = cost.seconds();
            peaks[round] = cost.peakMebibytes();
            ratios[round] = jobs[round] / copies[round];
            Lines.print(
                    "mainstem run",
                    "round",
                    round + 1,
                    "seconds",
                    cost.seconds(),
                    "ratio",
                    ratios[round],
                    "processor seconds",
                    cost.processorSeconds(),
                    "peak MiB",
                    cost.peakMebibytes(),
                    "count distinct digest",
                    server.digest(moved));
            Workplace.check(digest, server.digest(moved));
            server.drop(moved);
            Workplace.delete(folder);
        }
        Lines.printSpread(copy.name() + ", seconds", copies);
        Lines.printSpread("mainstem run, seconds", jobs);
        Lines.printSpread("ratio", ratios);
        Lines.printSpread("peak MiB", peaks);
    }
}
