package io.mainstem.log.embedded;

import io.mainstem.log.Log;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.embedded.History.Entry;
import io.mainstem.log.embedded.History.Promise;
import io.mainstem.log.embedded.History.Unit;
import io.mainstem.log.embedded.History.Violation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts a {@link CrashVictim} again and again on the same data folder and ends it at random moments: while it starts and
 * recovers, while it appends, while it closes. After most of the ends the log is opened here and held against what the
 * process had said; after the others the next life finds what the last one left. Settings are drawn anew for each life.
 */
final class CrashCampaign {
    /** How many lives one data folder has, so that what must be read at each look stays little. */
    private static final int LIVES = 12;

    private static final int START_MILLIS_MAX = 600;
    private static final int LIFE_MILLIS_MAX = 500;

    private final Random random;
    private final Ground ground;
    private final Path errors;
    private final List<Durability> durabilities;
    private History history = new History();
    private Path folder = Path.of("");
    private int hits;
    private int looks;
    private long records;
    private long slowestOpenMillis;

    /**
     * A campaign.
     *
     * @param errors a file that takes what the processes write to their standard error
     * @param durabilities those from which each life draws
     */
    CrashCampaign(long seed, Ground ground, Path errors, List<Durability> durabilities) {
        this.random = new Random(seed);
        this.ground = ground;
        this.errors = errors;
        this.durabilities = durabilities;
    }

    /** Ends so many running processes; gives what was wrong, nothing if all is right. */
    List<Violation> run(int ends) throws IOException, InterruptedException {
        List<Violation> violations = List.of();
        for (int life = 0; hits < ends && violations.isEmpty(); life++) {
            if (life % LIVES == 0) {
                violations = look();
                delete(folder);
                records += history.size();
                history = new History();
                history.positionsIn(CrashVictim.POSITIONS);
                folder = ground.folder().resolve("log" + life);
            }
            live(life);
            if (violations.isEmpty() && (random.nextInt(3) > 0 || hits == ends)) {
                violations = look();
            }
        }
        records += history.size();
        return violations;
    }

    /** What was done, in one line. */
    String summary() {
        return hits + " ends of a running process, " + looks + " looks, " + records
                + " records found again, slowest open after an end " + slowestOpenMillis + " ms";
    }

    private void live(int life) throws IOException, InterruptedException {
        Durability durability = durabilities.get(random.nextInt(durabilities.size()));
        Process process = start(life, durability);
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch acknowledged = new CountDownLatch(1);
        Thread reader = new Thread(() -> read(process, lines, acknowledged));
        reader.start();
        if (random.nextInt(4) > 0) {
            acknowledged.await();
            process.waitFor(random.nextInt(LIFE_MILLIS_MAX), TimeUnit.MILLISECONDS);
        } else {
            process.waitFor(random.nextInt(START_MILLIS_MAX), TimeUnit.MILLISECONDS);
        }
        boolean isAlive = process.isAlive();
        hits += isAlive ? 1 : 0;
        int before = lines.size();
        ground.end(process);
        reader.join();
        note(lines, ground.lastWordsCount() ? lines.size() : before);
        if (!isAlive && process.exitValue() != 0) {
            throw new AssertionError("the process failed by itself: " + Files.readString(errors));
        }
    }

    private Process start(int life, Durability durability) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashVictim.class.getName(),
                        folder.toString(),
                        String.valueOf(random.nextLong()),
                        "life" + life,
                        durability.name())
                .redirectError(errors.toFile())
                .start();
    }

    /** Collects whole lines; the last one may have been cut off in its middle. */
    private static void read(Process process, List<String> lines, CountDownLatch acknowledged) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            StringBuilder line = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c != '\n') {
                    line.append((char) c);
                    continue;
                }
                lines.add(line.toString());
                if (line.charAt(0) == 'A') {
                    acknowledged.countDown();
                }
                line.setLength(0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            acknowledged.countDown();
        }
    }

    /** Takes down what the process said; of what it was told and has read, only the first {@code count} lines. */
    private void note(List<String> lines, int count) {
        Map<String, Unit> units = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String[] words = lines.get(i).split(" ");
            switch (i < count || "BF".contains(words[0]) ? words[0] : "") {
                case "B" ->
                    units.put(
                            words[1] + " " + words[2], history.attempt(words[1], words[3].equals("t"), entries(words)));
                case "A" -> units.get(words[1] + " " + words[2]).acknowledged(ends(words));
                case "F" -> units.get(words[1] + " " + words[2]).refused();
                case "R" -> history.seen(partition(words[1]), Long.parseLong(words[2]), stamp(words[3]));
                default -> {}
            }
        }
    }

    private static List<Entry> entries(String[] words) {
        return Arrays.stream(words)
                .skip(4)
                .map(word -> new Entry(partition(word), Long.parseLong(word.substring(word.indexOf(':') + 1))))
                .toList();
    }

    private static Map<TopicPartition, Long> ends(String[] words) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        Arrays.stream(words)
                .skip(3)
                .forEach(word -> ends.put(partition(word), Long.valueOf(word.substring(word.indexOf(':') + 1))));
        return ends;
    }

    private static TopicPartition partition(String word) {
        String name = word.contains(":") ? word.substring(0, word.indexOf(':')) : word;
        int slash = name.indexOf('/');
        return new TopicPartition(name.substring(0, slash), Integer.parseInt(name.substring(slash + 1)));
    }

    private static Stamp stamp(String word) {
        int colon = word.indexOf(':');
        return colon < 0 ? null : new Stamp(word.substring(0, colon), Long.parseLong(word.substring(colon + 1)));
    }

    /** Opens the log as whoever comes next, compares, and closes it. */
    private List<Violation> look() throws IOException {
        if (!Files.exists(folder) || folder.toString().isEmpty()) {
            return List.of();
        }
        looks++;
        long start = System.nanoTime();
        LogModel found;
        try (Log log = EmbeddedLog.open(folder, CrashVictim.options(random, Durability.DISK))) {
            slowestOpenMillis = Math.max(slowestOpenMillis, (System.nanoTime() - start) / 1_000_000);
            found = LogModel.read(log);
        }
        List<Violation> violations = history.check(found, Promise.ALL);
        LogReport report = LogVerifier.verify(folder, partition -> {});
        if (violations.isEmpty() && !report.isSound()) {
            throw new AssertionError("the log is not sound after it was opened and closed: " + report.findings());
        }
        return violations;
    }

    private static void delete(Path folder) throws IOException {
        if (folder.toString().isEmpty() || !Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
