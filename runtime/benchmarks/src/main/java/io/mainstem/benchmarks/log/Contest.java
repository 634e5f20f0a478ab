package io.mainstem.benchmarks.log;

import io.mainstem.benchmarks.Lines;
import java.util.Arrays;
import java.util.List;

/**
 * Ours and the others, by turns, in as many rounds as wanted after a few that do not count. The ratio is taken inside each
 * round, so that what else the machine does hits both.
 *
 * @param name what is raced
 * @param unit what a contestant counts
 * @param ours ours
 * @param others whom it is compared with
 */
record Contest(String name, String unit, Contestant ours, List<Contestant> others) {

    /** Rounds that do not count: the compiler is still at work on the code of each. */
    private static final int WARM_UP = 3;

    void run(int rounds) throws Exception {
        double[][] rates = new double[others.size() + 1][rounds];
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int i = 0; i < rates.length; i++) {
                // Each begins a round as often as the others.
                int turn = (i + Math.max(round, 0)) % rates.length;
                double rate = contestant(turn).run();
                if (round >= 0) {
                    rates[turn][round] = rate;
                }
            }
        }
        for (int other = 1; other < rates.length; other++) {
            double[] ratios = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                ratios[round] = rates[0][round] / rates[other][round];
            }
            Arrays.sort(ratios);
            Lines.print(
                    name,
                    "against",
                    contestant(other).name(),
                    "ratio",
                    ratios[rounds / 2],
                    "min",
                    ratios[0],
                    "max",
                    ratios[rounds - 1],
                    "rounds",
                    rounds,
                    "unit",
                    unit,
                    "ours",
                    median(rates[0]),
                    "theirs",
                    median(rates[other]));
        }
    }

    private Contestant contestant(int number) {
        return number == 0 ? ours : others.get(number - 1);
    }

    private static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
