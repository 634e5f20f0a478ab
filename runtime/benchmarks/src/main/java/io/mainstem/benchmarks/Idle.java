package io.mainstem.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a worker costs that serves many pipelines which have nothing to do. */
public final class Idle {

    private static final int PIPELINES = 100;
    private static final int SECONDS = 60;
    private static final Duration MOST = Duration.ofMinutes(3);
    private static final Pattern ADDRESS = Pattern.compile("REST interface: (\\S+)");
    private static final Pattern ROWS = Pattern.compile("(?m)^mainstem_task_records_total\\{.*side=\"sink\"} 2$");

    private Idle() {}

    /**
     * Measures.
     *
     * @param args how many pipelines, and for how many seconds
     */
    public static void main(String[] args) throws Exception {
        int pipelines = args.length > 0 ? Integer.parseInt(args[0]) : PIPELINES;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : SECONDS;
        Path work = Files.createDirectories(Path.of(System.getProperty("mainstem.work")));
        Path folder = Files.createTempDirectory(work, "idle");
        write(folder, pipelines);
        Process process =
                Job.command(folder, "serve", "pipelines", "--listen", "127.0.0.1:0").start();
        try {
            awaitRows(folder, process, pipelines);
            // The compiler, and what waits for a first time, come to rest.
            pause(process, seconds);
            double before = Job.processorSeconds(process);
            long begin = System.nanoTime();
            pause(process, seconds);
            double passed = (System.nanoTime() - begin) / 1e9;
            Lines.print(
                    "idle",
                    "pipelines",
                    pipelines,
                    "percentOfOneProcessor",
                    (Job.processorSeconds(process) - before) / passed * 100,
                    "processors",
                    Runtime.getRuntime().availableProcessors(),
                    "residentMebibytes",
                    Job.residentMebibytes(process));
        } finally {
            process.destroy();
            process.waitFor();
            Workplace.delete(folder);
        }
    }

    private static void write(Path folder, int pipelines) throws IOException {
        Path files = Files.createDirectory(folder.resolve("pipelines"));
        Files.writeString(folder.resolve("in.csv"), "id,name\n1,one\n2,two\n");
        for (int i = 0; i < pipelines; i++) {
            Files.writeString(files.resolve("p" + i + ".yaml"), """
                    name: pNUMBER
                    sources: {in: {connector: file, schedule: continuous, options: {path: ../in.csv}}}
                    sinks: {out: {connector: file, topics: [pNUMBER.in], options: {path: ../outNUMBER}}}
                    """.replace("NUMBER", String.valueOf(i)));
        }
    }

    private static void awaitRows(Path folder, Process process, int pipelines) throws Exception {
        long begin = System.nanoTime();
        while (written(folder) < pipelines) {
            if (System.nanoTime() - begin > MOST.toNanos() || process.waitFor(200, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(Files.readString(folder.resolve("output.txt")));
            }
        }
        Lines.print("started", "pipelines", pipelines, "seconds", (System.nanoTime() - begin) / 1e9);
    }

    /** How many sinks have written the two rows there are. */
    private static long written(Path folder) throws IOException, InterruptedException {
        Matcher address = ADDRESS.matcher(Files.readString(folder.resolve("output.txt")));
        if (!address.find()) {
            return 0;
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(address.group(1) + "/metrics"))
                .timeout(MOST)
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return ROWS.matcher(answer.body()).results().count();
    }

    private static void pause(Process process, int seconds) throws InterruptedException {
        if (process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the worker has ended");
        }
    }
}
