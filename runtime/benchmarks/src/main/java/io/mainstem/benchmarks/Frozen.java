package io.mainstem.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A pipeline from files to files, alone and beside another of which the target, PostgreSQL, is frozen by SIGSTOP: how fast it is,
 * how much memory the process takes, how long a stop takes, and whether the frozen target is exact when it wakes.
 */
public final class Frozen {

    private static final int ROWS = 1_000_000;
    private static final int FILES = 12;
    private static final long SECONDS = 15;
    private static final long LOOK_MILLIS = 100;
    private static final long PATIENCE_SECONDS = 120;
    private static final double MEBIBYTE = 1 << 20;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Workplace workplace;

    private Frozen(Workplace workplace) {
        this.workplace = workplace;
    }

    /**
     * Runs it.
     *
     * @param args how many rounds
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        double[] ratios = new double[rounds];
        double[] grown = new double[rounds];
        double[] stops = new double[rounds];
        try (Workplace workplace = Workplace.open(ROWS)) {
            Frozen frozen = new Frozen(workplace);
            for (int round = 0; round < rounds; round++) {
                Speed alone = frozen.alone();
                Speed beside = frozen.besideAFrozenTarget("frozen" + round);
                ratios[round] = beside.mebibytesPerSecond() / alone.mebibytesPerSecond();
                grown[round] = beside.grownMebibytes() - alone.grownMebibytes();
                stops[round] = frozen.stop("stopped" + round);
            }
        }
        Lines.printSpread("speed beside a frozen target, of that alone", ratios);
        Lines.printSpread("memory beside a frozen target over that alone, MiB", grown);
        Lines.printSpread("stop with a frozen target, seconds", stops);
    }

    /** What the pipeline did in the window. */
    private record Speed(double mebibytesPerSecond, double grownMebibytes) {}

    private Speed alone() throws Exception {
        Path folder = newFolder();
        Process process = Job.command(folder, "run", "files.yaml").start();
        awaitOutput(folder, process);
        Speed speed = measure(folder, process, "alone");
        end(folder, process);
        return speed;
    }

    private Speed besideAFrozenTarget(String database) throws Exception {
        Server server = workplace.server();
        server.newDatabase(database, true);
        Path folder = newFolder();
        Job.in(folder, workplace.csv(), server.url(database));
        Process process =
                Job.command(folder, "run", "orders.yaml", "files.yaml").start();
        awaitOutput(folder, process);
        awaitRows(database, 1, process);
        server.signal("STOP");
        awaitRead(folder, process);
        Speed speed = measure(folder, process, "beside a frozen target");
        server.signal("CONT");
        awaitRows(database, ROWS, process);
        String digest = server.digest(database);
        server.newDatabase(database + "_copy", true);
        Copy.ofThisMachine().run(server, database + "_copy", workplace.csv());
        Workplace.check(server.digest(database + "_copy"), digest);
        Lines.print("the target after it woke up", "count distinct digest", digest);
        end(folder, process);
        server.drop(database);
        server.drop(database + "_copy");
        return speed;
    }

    /** Freezes the target in the middle, and tells the process to end. */
    private double stop(String database) throws Exception {
        Server server = workplace.server();
        server.newDatabase(database, true);
        Path folder = newFolder();
        Process process = Job.in(folder, workplace.csv(), server.url(database)).start();
        awaitRows(database, 1, process);
        server.signal("STOP");
        long begin = System.nanoTime();
        process.destroy();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        server.signal("CONT");
        Lines.print("stop with a frozen target", "seconds", seconds, "ended", ended);
        process.destroyForcibly().waitFor();
        Workplace.delete(folder);
        server.drop(database);
        return seconds;
    }

    /** The pipeline from files to files, which has one small file at first. */
    private Path newFolder() throws IOException {
        Path folder = workplace.newFolder("frozen");
        Files.createDirectories(folder.resolve("in"));
        Files.writeString(
                folder.resolve("in/first.csv"),
                "id,customer,sku,qty,price,created_at\n0,none,SKU-0,1,1.00,2024-01-01 00:00:00.000000\n");
        Files.writeString(folder.resolve("files.yaml"), String.format(Locale.ROOT, """
                name: files
                sources:
                  in:
                    connector: file
                    topic: files
                    schedule: continuous
                    options: {path: in/*.csv, follow-every: 100ms}
                sinks:
                  out:
                    connector: file
                    topics: [files]
                    options: {path: out, format: csv}
                """));
        return folder;
    }

    /** Gives it work for longer than the window, and looks at what it writes in the window. */
    private Speed measure(Path folder, Process process, String what) throws Exception {
        long residentBefore = resident(process);
        long written = size(folder.resolve("out"));
        for (int i = 0; i < FILES; i++) {
            Files.createLink(folder.resolve("in/more-" + i + ".csv"), workplace.csv());
        }
        long begin = System.nanoTime();
        long most = residentBefore;
        while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS)) {
            process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            most = Math.max(most, resident(process));
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double mebibytes = (size(folder.resolve("out")) - written) / MEBIBYTE;
        double grown = (most - residentBefore) / 1024.0;
        Lines.print(
                what,
                "MiB a second",
                mebibytes / seconds,
                "resident MiB before",
                residentBefore / 1024,
                "grown MiB",
                grown);
        return new Speed(mebibytes / seconds, grown);
    }

    private static void awaitOutput(Path folder, Process process) throws Exception {
        long begin = System.nanoTime();
        while (size(folder.resolve("out")) == 0) {
            look(begin, process, "no file came");
        }
    }

    /** The source of the frozen target goes on and fills the log: that is work of its own, which is not to be measured. */
    private static void awaitRead(Path folder, Process process) throws Exception {
        long begin = System.nanoTime();
        while (!Files.readString(folder.resolve("output.txt")).contains("source orders/shop: 1,000,000 records")) {
            look(begin, process, "the source did not fill the log");
        }
    }

    private void awaitRows(String database, long rows, Process process) throws Exception {
        long begin = System.nanoTime();
        while (workplace.server().count(database) < rows) {
            look(begin, process, "not " + rows + " rows came");
        }
    }

    private static void look(long begin, Process process, String what) throws InterruptedException {
        if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)
                || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
            throw new IllegalStateException(what + "; see output.txt");
        }
    }

    private static void end(Path folder, Process process) throws Exception {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Workplace.delete(folder);
    }

    private static long size(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return 0;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.toList();
        }
        long sum = 0;
        for (Path file : files) {
            sum += file.toFile().isFile() ? file.toFile().length() : 0;
        }
        return sum;
    }

    private static long resident(Process process) throws IOException {
        Matcher matcher = RESIDENT.matcher(Files.readString(Path.of("/proc", String.valueOf(process.pid()), "status")));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
