package io.mainstem.benchmarks;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The job, killed with SIGKILL at random moments and started again, must leave the table as if nothing had happened.
 *
 * <p>Moments are random within a time after the start for one life, and within a time after new rows were seen in the table
 * for the next, so that some hit the beginning and others the middle, however fast the machine is.
 */
public final class KillCampaign {

    private static final int ROWS = 1_000_000;
    private static final int KILLS = 12;
    private static final int LIFE_MILLIS = 3_000;
    private static final int LIFE_MILLIS_AFTER_ROWS = 500;
    private static final int MILLIS_BETWEEN_LOOKS = 20;

    private final Workplace workplace;
    private final int kills;
    private final Random random;

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

    private void run(boolean key, String expected) throws Exception {
        Server server = workplace.server();
        String database = key ? "with_key" : "without_key";
        server.newDatabase(database, key);
        Path folder = workplace.newFolder("killed");
        Job job = Job.in(folder, workplace.csv(), server.url(database));
        int hit = 0;
        for (int kill = 1; kill <= kills; kill++) {
            boolean killed = kill % 2 == 1
                    ? livesFor(job.start(), random.nextInt(LIFE_MILLIS))
                    : livesForAfterRows(job, database, random.nextInt(LIFE_MILLIS_AFTER_ROWS));
            hit += killed ? 1 : 0;
            Lines.print(
                    "kill",
                    "primary key",
                    key,
                    "number",
                    kill,
                    "was running",
                    killed,
                    "rows there",
                    server.count(database));
        }
        Job.Cost last = job.run();
        String digest = server.digest(database);
        Lines.print(
                "end",
                "primary key",
                key,
                "kills that hit",
                hit,
                "seconds of the last run",
                last.seconds(),
                "count distinct digest",
                digest,
                "as copied",
                digest.equals(expected));
        Workplace.check(expected, digest);
        Workplace.delete(folder);
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
