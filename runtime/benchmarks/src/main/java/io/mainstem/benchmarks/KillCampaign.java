package io.mainstem.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The job, killed with SIGKILL at random moments and started again, must leave the table as if nothing had happened. */
public final class KillCampaign {

    private static final int ROWS = 1_000_000;
    private static final int KILLS = 12;
    private static final int SHORTEST_LIFE_MILLIS = 100;
    private static final int LONGEST_LIFE_MILLIS = 2_500;

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
            int life = SHORTEST_LIFE_MILLIS + random.nextInt(LONGEST_LIFE_MILLIS - SHORTEST_LIFE_MILLIS);
            boolean killed = livesFor(job, life);
            hit += killed ? 1 : 0;
            Lines.print(
                    "kill",
                    "primary key",
                    key,
                    "number",
                    kill,
                    "after ms",
                    life,
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

    /** Starts the job and kills it after some time, unless it ends before. */
    private static boolean livesFor(Job job, int millis) throws IOException, InterruptedException {
        Process process = job.start();
        if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            return false;
        }
        process.destroyForcibly().waitFor();
        return true;
    }
}
