package io.mainstem.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The assembled folder: what is in it, and that its command starts. */
final class DistributionTest {
    private static final Path HOME = Path.of(System.getProperty("mainstem.home"));

    @TempDir
    Path folder;

    @Test
    void theConnectorsHaveTheVersionOfTheCommand() throws Exception {
        String output = run("--version");
        assertThat(output).startsWith("mainstem ");
        String version = output.substring("mainstem ".length()).strip();
        assertThat(run("connectors", "list").lines().skip(1))
                .hasSizeGreaterThan(1)
                .allSatisfy(line -> assertThat(line.split("\\s+")).contains(version));
    }

    @Test
    void theYoungGenerationIsSmallUnlessTheHeapIsChosen() throws Exception {
        assertThat(youngBytes("")).isEqualTo(64 << 20);
        assertThat(youngBytes("-Xmx256m")).isGreaterThan(64 << 20);
        assertThat(youngBytes("-Xmn32m")).isEqualTo(32 << 20);
        assertThat(youngBytes("-XX:+UseG1GC")).isGreaterThan(64 << 20);
    }

    /** The most that the JVM of a command would give to it. */
    private long youngBytes(String options) throws Exception {
        String flags = Mainstem.in(folder)
                .with("MAINSTEM_JAVA_OPTS", options + " -XX:+PrintFlagsFinal")
                .run("--version")
                .out();
        Matcher found = Pattern.compile("MaxNewSize += (\\d+)").matcher(flags);
        assertThat(found.find()).as(flags).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static String run(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/mainstem").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return output;
    }

    @Test
    void aPluginBringsNothingThatTheRuntimeGives() {
        for (Path plugin : children(HOME.resolve("plugins"))) {
            assertThat(names(plugin.resolve("lib")))
                    .as("lib of %s", plugin)
                    .anyMatch(name -> name.startsWith("mainstem-connectors-"))
                    .noneMatch(name -> name.startsWith("mainstem-connector-api")
                            || name.startsWith("slf4j-api")
                            || name.startsWith("jspecify"));
        }
    }

    @Test
    void theRuntimeBringsNoConnector() {
        assertThat(names(HOME.resolve("lib")))
                .anyMatch(name -> name.startsWith("mainstem-runtime-cli"))
                .noneMatch(name -> name.startsWith("mainstem-connectors-"))
                .noneMatch(name -> name.startsWith("junit"));
    }

    private static List<String> names(Path folder) {
        return children(folder).stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
