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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The assembled folder: what is in it, and that its command starts. */
final class DistributionTest {
    private static final Path HOME = Path.of(System.getProperty("mainstem.home"));

    @Test
    void theConnectorsHaveTheVersionOfTheCommand() throws Exception {
        String output = run("--version");
        assertThat(output).startsWith("mainstem ");
        String version = output.substring("mainstem ".length()).strip();
        assertThat(run("connectors", "list").lines().skip(1))
                .hasSizeGreaterThan(1)
                .allSatisfy(line -> assertThat(line.split("\\s+")).contains(version));
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
