package io.mainstem.benchmarks;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The job, killed with SIGKILL at random moments and started again, must leave the table as if nothing had happened.
 *
 * <p>The time of one undisturbed run is measured first, and each life is a random part of it: for one life counted from its
 * start, for the next from the moment at which new rows were seen in the table. So the kills hit the beginning as well as the
 * middle, however fast the machine is. A job that reaches its end before it was killed often enough is checked, and another
 * one begun: all kills that are counted hit a running process.
 */
public final class KillCampaign {

    private static final int ROWS = 1_000_000;
    private static final int KILLS = 12;
    private static final int LIVES_IN_A_RUN = 2;
    private static final int LIVES_IN_A_RUN_AFTER_ROWS = 5;
    private static final int MILLIS_BETWEEN_LOOKS = 20;

    private final Workplace workplace;
    private final int kills;
    private final Random random;
    private int runMillis;

    private KillCampaign(Workplace workplace, int kills, Random random) {
        this.workplace = workplace;
        this.kills = kills;
        this.random = random;
    }

    /**
     * Runs the campaign, with and without a primary key.
     *
     * @param args how often to kill, then a seed to repeat
     */
    public static void main(String[] args) throws Exception {
        int kills = args.length > 0 ? Integer.parseInt(args[0]) : KILLS;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        Lines.print("kill campaign", "kills", kills, "seed", seed);
        try (Workplace workplace = Workplace.open(ROWS)) {
            KillCampaign campaign = new KillCampaign(workplace, kills, new Random(seed));
            String expected = campaign.copied();
            campaign.undisturbed(expected);
            campaign.run(true, expected);
            campaign.run(false, expected);
        }
    }

    private String copied() throws Exception {
        Server server = workplace.server();
        server.newDatabase("copied", true);
        Copy.ofThisMachine().run(server, "copied", workplace.csv());
        return server.digest("copied");
    }

    private void undisturbed(String expected) throws Exception {
        Server server = workplace.server();
        server.newDatabase("undisturbed", true);
        Path folder = workplace.newFolder("undisturbed");
        Job.Cost cost =
                Job.in(folder, workplace.csv(), server.url("undisturbed")).run();
        Workplace.check(expected, server.digest("undisturbed"));
        server.drop("undisturbed");
        Workplace.delete(folder);
        runMillis = (int) (cost.seconds() * 1000);
        Lines.print("undisturbed", "seconds", cost.seconds());
    }

    private void run(boolean key, String expected) throws Exception {
        int hit = 0;
        for (int number = 1; hit < kills; number++) {
            hit += job(number, key, hit, expected);
        }
    }

    /** One job to its end, killed until all kills are used up. Returns how often it was. */
    private int job(int number, boolean key, int before, String expected) throws Exception {
        Server server = workplace.server();
        String database = (key ? "with_key_" : "without_key_") + number;
        server.newDatabase(database, key);
        Path folder = workplace.newFolder("killed");
        Job job = Job.in(folder, workplace.csv(), server.url(database));
        int hit = 0;
        while (before + hit < kills && isKilled(job, database)) {
            hit++;
            Lines.print(
                    "kill",
                    "primary key",
                    key,
                    "job",
                    number,
                    "number",
                    before + hit,
                    "rows there",
                    server.count(database));
        }
        Job.Cost last = job.run();
        String digest = server.digest(database);
        Lines.print(
                "end",
                "primary key",
                key,
                "job",
                number,
                "kills",
                hit,
                "seconds of the last run",
                last.seconds(),
                "count distinct digest",
                digest,
                "as copied",
                digest.equals(expected));
        Workplace.check(expected, digest);
        server.drop(database);
        Workplace.delete(folder);
        return hit;
    }

    /** One life. Returns false when it ended by itself. */
    private boolean isKilled(Job job, String database) throws Exception {
        return random.nextBoolean()
                ? livesFor(job.start(), random.nextInt(runMillis / LIVES_IN_A_RUN))
                : livesForAfterRows(job, database, random.nextInt(runMillis / LIVES_IN_A_RUN_AFTER_ROWS));
    }

    private boolean livesForAfterRows(Job job, String database, int millis) throws Exception {
        long before = workplace.server().count(database);
        Process process = job.start();
        while (!process.waitFor(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS)
                && workplace.server().count(database) == before) {
            // looks again
        }
        return livesFor(process, millis);
    }

    /** Kills it after some time, unless it ends before. */
    private static boolean livesFor(Process process, int millis) throws InterruptedException {
        if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            return false;
        }
        process.destroyForcibly().waitFor();
        return true;
    }
}
