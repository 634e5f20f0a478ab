package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes and one data folder: the second one ends at once, says who has it, and has touched nothing. */
class SecondProcessTest {
    @TempDir
    Path parent;

    private Path folder;
    private Process owner;

    /** Opens the log and holds it until its standard input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (var log = EmbeddedLog.open(Path.of(arguments[0]), EmbeddedLogOptions.defaults())) {
                System.out.println("open, " + log.admin().topics().size() + " topics");
                System.out.flush();
                assertThat(System.in.read()).isNegative();
            }
        }
    }

    @BeforeEach
    void letOneProcessHoldTheFolder() throws Exception {
        folder = parent.resolve("data");
        owner = hold(folder);
        assertThat(firstLine(owner)).isEqualTo("open, 0 topics");
    }

    @AfterEach
    void endIt() throws Exception {
        signal("CONT");
        owner.toHandle().destroyForcibly();
        owner.waitFor();
    }

    @Test
    void theSecondIsRefusedUnderEveryNameOfTheFolderAndTouchesNothing() throws Exception {
        Path link = Files.createSymbolicLink(parent.resolve("link"), folder);
        Map<String, String> before = contents();
        for (Path name : List.of(folder, link, parent.resolve("data/../link"), parent.resolve("./data/."))) {
            assertRefused(name);
        }
        assertThat(contents()).isEqualTo(before);
    }

    /** An owner that is stopped lives: it goes on when it is woken, and nobody may have taken its place. */
    @Test
    void anOwnerThatIsStoppedKeepsTheFolder() throws Exception {
        signal("STOP");
        assertRefused(folder);
        signal("CONT");
        assertRefused(folder);
        owner.getOutputStream().close();
        assertThat(owner.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(owner.exitValue()).as("closed in order").isZero();
        assertOpens();
    }

    @Test
    void anOwnerThatIsKilledLeavesNoLockBehind() throws Exception {
        owner.toHandle().destroyForcibly();
        owner.waitFor();
        assertOpens();
    }

    private void assertOpens() throws Exception {
        Process next = hold(folder);
        assertThat(firstLine(next)).isEqualTo("open, 0 topics");
        next.getOutputStream().close();
        assertThat(next.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private void assertRefused(Path name) throws Exception {
        Process second = hold(name);
        assertThat(second.waitFor(3, TimeUnit.SECONDS))
                .as("ends within 3 seconds")
                .isTrue();
        assertThat(second.exitValue()).isNotZero();
        assertThat(new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("LogInUseException")
                .contains("in use by process " + owner.pid() + ";");
    }

    private static Process hold(Path name) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        name.toString())
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(owner.pid()))
                .start()
                .waitFor();
    }

    /** Each file with its bytes, as text, and its time. */
    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                String bytes = Files.isDirectory(file)
                        ? ""
                        : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                contents.put(file.toString(), Files.getLastModifiedTime(file) + " " + bytes);
            }
        }
        return contents;
    }
}
