package io.mainstem.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The job that is measured: the file of orders, by way of a durable topic, into the table of orders. */
final class Job {

    private static final Path HOME = Path.of(System.getProperty("mainstem.home"));
    private static final Duration MOST = Duration.ofMinutes(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(25);
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final double TICKS_PER_SECOND = 100;

    private final Path folder;

    private Job(Path folder) {
        this.folder = folder;
    }

    /** Writes the pipeline into a new folder, which will also hold the log. */
    static Job in(Path folder, Path csv, String url) throws IOException {
        return in(folder, csv, url, "insert");
    }

    /** The same, in another mode of the sink. */
    static Job in(Path folder, Path csv, String url, String mode) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("orders.yaml"), String.format(Locale.ROOT, """
                name: orders
                sources:
                  shop:
                    connector: file
                    topic: orders
                    options:
                      path: %s
                      columns:
                        id: int64 not null
                        customer: string not null
                        sku: string not null
                        qty: int32 not null
                        price: decimal(10,2) not null
                        created_at: timestamp not null
                sinks:
                  warehouse:
                    connector: jdbc
                    topics: [orders]
                    options:
                      url: %s
                      user: %s
                      table: orders
                      mode: %s
                """, csv, url, Server.USER, mode));
        return new Job(folder);
    }

    /** The same from a table of another database, which is read once. */
    static Job betweenTables(Path folder, String from, String to) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("orders.yaml"), String.format(Locale.ROOT, """
                name: orders
                sources:
                  shop:
                    connector: jdbc
                    topic: orders
                    options:
                      url: %s
                      user: %s
                      table: orders
                      key: [id]
                sinks:
                  warehouse:
                    connector: jdbc
                    topics: [orders]
                    options:
                      url: %s
                      user: %s
                      table: orders
                      mode: insert
                """, from, Server.USER, to, Server.USER));
        return new Job(folder);
    }

    /** What a run cost. */
    record Cost(int exitCode, double seconds, double processorSeconds, long peakMebibytes) {}

    /** Starts the command. */
    Process start() throws IOException {
        return command(folder, "run", "orders.yaml").start();
    }

    /** Runs the job to its end. */
    Cost run() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = start();
        Path status = Path.of("/proc", String.valueOf(process.pid()));
        long peak = 0;
        double processor = 0;
        while (!process.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, peakKibibytes(status));
            processor = Math.max(processor, processorSeconds(status));
            if (System.nanoTime() - begin > MOST.toNanos()) {
                process.destroyForcibly();
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    "exit code " + process.exitValue() + ": " + Files.readString(folder.resolve("output.txt")));
        }
        return new Cost(process.exitValue(), seconds, processor, peak / 1024);
    }

    /** A command of Mainstem, with what it says in the file output.txt. */
    static ProcessBuilder command(Path folder, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(HOME.resolve("bin/mainstem").toString());
        builder.command().addAll(List.of(arguments));
        return builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile());
    }

    /** The processor time that a process has used. */
    static double processorSeconds(Process process) {
        return processorSeconds(Path.of("/proc", String.valueOf(process.pid())));
    }

    /** The memory that a process has. */
    static long residentMebibytes(Process process) {
        return kibibytes(RESIDENT, Path.of("/proc", String.valueOf(process.pid()))) / 1024;
    }

    private static long peakKibibytes(Path process) {
        return kibibytes(PEAK, process);
    }

    private static long kibibytes(Pattern line, Path process) {
        Matcher matcher = line.matcher(read(process.resolve("status")));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Time in user code and in the kernel, fields 14 and 15; the name in field 2 may hold spaces. */
    private static double processorSeconds(Path process) {
        String stat = read(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
        return fields.length < 13 ? 0 : (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException ended) {
            return "";
        }
    }
}
