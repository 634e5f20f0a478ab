package io.mainstem.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The command of the assembled distribution, started as a user starts it, in a folder and with an environment. */
final class Mainstem {

    private static final Path HOME = Path.of(System.getProperty("mainstem.home"));
    private static final Duration MOST = Duration.ofSeconds(90);
    /** Most commands of the tests end before the second compiler has given back what it takes. */
    private static final Map<String, String> QUICK_START = Map.of("MAINSTEM_JAVA_OPTS", "-XX:TieredStopAtLevel=1");

    private final Path folder;
    private final Map<String, String> environment;

    private Mainstem(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** Starts commands in this folder, so that the data folder is in it too. */
    static Mainstem in(Path folder) {
        return new Mainstem(folder, QUICK_START);
    }

    /** The same with one more environment variable. */
    Mainstem with(String variable, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(variable, value);
        return new Mainstem(folder, more);
    }

    /** Runs a command to its end. */
    Outcome run(String... arguments) throws Exception {
        return start(arguments).end();
    }

    /** Starts a command. */
    Running start(String... arguments) throws IOException {
        return new Running(builder(arguments).start());
    }

    /** Runs a command whose results and messages go to one place, and gives what was there. */
    String runIntoOne(String... arguments) throws IOException {
        Process process = builder(arguments).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/mainstem").toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    /**
     * How a command ended.
     *
     * @param exitCode its exit code
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    record Outcome(int exitCode, String out, String err) {
        /** What it wrote to both. */
        String all() {
            return out + err;
        }

        @Override
        public String toString() {
            return "exit code " + exitCode + "\n--- out\n" + out + "--- err\n" + err + "---";
        }
    }

    /** A command that runs. */
    static final class Running {
        private final Process process;
        private final Text out;
        private final Text err;

        private Running(Process process) {
            this.process = process;
            this.out = new Text(process.getInputStream());
            this.err = new Text(process.getErrorStream());
        }

        /** The process that runs Java: the script replaces itself by it. */
        long pid() {
            return process.pid();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public String toString() {
            return "process " + pid() + (isAlive() ? ", which runs" : ", which has ended");
        }

        /** Sends SIGKILL. */
        Running kill() {
            process.destroyForcibly();
            return this;
        }

        /** Sends SIGTERM. By the handle: the process itself would close what it still writes to. */
        Running terminate() {
            process.toHandle().destroy();
            return this;
        }

        /** Sends SIGKILL after this time, unless it has ended by then, and waits for its end. */
        void killAfter(Duration time) throws InterruptedException {
            endsWithin(time);
            kill().end();
        }

        /** Gives it some time to end by itself, and says whether it did. */
        boolean endsWithin(Duration time) throws InterruptedException {
            return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
        }

        /** What it has written to standard error so far. */
        String said() {
            return err.soFar();
        }

        /** Waits until something has come to be by what it does. */
        void until(String what, Callable<Boolean> condition) throws Exception {
            Waiting.until(MOST, condition, () -> "not so: " + what + "; what was said:\n" + said());
        }

        /** Waits until it has written something to standard error that the pattern finds. */
        void says(String pattern) throws Exception {
            await(err, pattern);
        }

        /** Waits until it has written something to standard output that the pattern finds. */
        void prints(String pattern) throws Exception {
            await(out, pattern);
        }

        private static void await(Text text, String pattern) throws Exception {
            Pattern compiled = Pattern.compile(pattern);
            Waiting.until(
                    MOST,
                    () -> compiled.matcher(text.soFar()).find(),
                    () -> "'" + pattern + "' did not come, but:\n" + text.soFar());
        }

        /** Waits for its end. */
        Outcome end() throws InterruptedException {
            if (!endsWithin(MOST)) {
                process.destroyForcibly();
                throw new AssertionError("did not end within " + MOST + "\n" + err.soFar());
            }
            return new Outcome(process.exitValue(), out.all(), err.all());
        }
    }

    /** What a process writes, read by a thread of its own so that the process never waits. */
    private static final class Text {
        private final StringBuilder text = new StringBuilder();
        private final Thread reader;

        Text(InputStream stream) {
            reader = new Thread(() -> read(stream), "output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(InputStream stream) {
            char[] buffer = new char[8192];
            try (Reader characters = new InputStreamReader(stream, UTF_8)) {
                for (int n = characters.read(buffer); n >= 0; n = characters.read(buffer)) {
                    synchronized (text) {
                        text.append(buffer, 0, n);
                    }
                }
            } catch (IOException killed) {
                synchronized (text) {
                    text.append("(the rest could not be read: ")
                            .append(killed.getMessage())
                            .append(")\n");
                }
            }
        }

        String soFar() {
            synchronized (text) {
                return text.toString();
            }
        }

        String all() throws InterruptedException {
            reader.join(MOST.toMillis());
            return soFar();
        }
    }
}
