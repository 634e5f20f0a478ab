package io.mainstem.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JDK's look into another JVM. */
final class Jcmd {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)$");

    private Jcmd() {}

    /** What a command of {@code jcmd} says of a process. */
    static String run(long pid, String... command) throws Exception {
        List<String> all = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid)));
        all.addAll(Arrays.asList(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(said);
        }
        return said;
    }

    /** The bytes of all objects that can be reached: those of a histogram, before which the heap is collected whole. */
    static long liveHeapBytes(long pid) throws Exception {
        String histogram = run(pid, "GC.class_histogram");
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new AssertionError("no total in: " + histogram);
        }
        return Long.parseLong(total.group(1));
    }
}
