package io.mainstem.log.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@code kafka-dump-log} printed, run in a process of its own as its script does.
 *
 * @param out its results
 * @param complaints the lines of its error output
 */
record Dump(String out, List<String> complaints) {

    static Dump of(List<Path> files, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.kafka.tools.DumpLogSegments"));
        command.addAll(List.of(options));
        command.add("--files");
        command.add(files.stream().map(Path::toString).collect(Collectors.joining(",")));
        Path errors = Files.createTempFile("dump", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return new Dump(out, Files.readAllLines(errors));
        } finally {
            Files.delete(errors);
        }
    }

    /** How many batches of log files it printed. */
    long batches() {
        return out.lines().filter(line -> line.startsWith("baseOffset: ")).count();
    }

    /** How many lines have a text. */
    long count(String text) {
        return out.lines().filter(line -> line.contains(text)).count();
    }
}
