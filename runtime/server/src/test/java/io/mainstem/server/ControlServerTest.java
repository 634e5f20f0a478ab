package io.mainstem.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ControlServerTest {

    private static final byte[] NOTHING = {};

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch allBegun = new CountDownLatch(ControlServer.COMMANDS_MAX);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch told = new CountDownLatch(1);
    private ControlServer server;

    @BeforeEach
    void open() throws IOException {
        server = ControlServer.open(folder, new Fixture());
    }

    @AfterEach
    void close() throws Exception {
        release.countDown();
        server.close();
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Commands that show what a command can do. */
    private final class Fixture implements Commands {
        @Override
        public boolean accepts(List<String> arguments) {
            return !arguments.isEmpty() && !arguments.get(0).equals("secret");
        }

        @Override
        public int run(List<String> arguments, InputStream in, OutputStream out, OutputStream err) {
            PrintStream print = new PrintStream(out, false, UTF_8);
            switch (arguments.get(0)) {
                case "echo" -> echo(arguments, in, print, new PrintStream(err, true, UTF_8));
                case "wait" -> await();
                default -> follow(print);
            }
            print.flush();
            return arguments.size();
        }

        private void echo(List<String> arguments, InputStream in, PrintStream out, PrintStream err) {
            try {
                err.println("arguments: " + arguments);
                out.println(new String(in.readAllBytes(), UTF_8));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void await() {
            allBegun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void follow(PrintStream out) {
            out.println("begun");
            while (!out.checkError()) {
                begun.countDown();
                LockSupport.parkNanos(1_000_000);
            }
            told.countDown();
        }
    }

    private static final class Captured implements CommandOutput {
        private final StringBuilder out = new StringBuilder();
        private final StringBuilder err = new StringBuilder();
        private volatile boolean closed;

        @Override
        public void out(String text) {
            out.append(text);
        }

        @Override
        public void err(String text) {
            err.append(text);
        }

        @Override
        public boolean isClosed() {
            return closed;
        }
    }

    private OptionalInt run(Captured output, byte[] input, String... arguments) throws Exception {
        return ControlClient.find(folder).orElseThrow().run(List.of(arguments), input, output);
    }

    private Future<OptionalInt> start(Captured output, String... arguments) {
        return threads.submit(() -> run(output, NOTHING, arguments));
    }

    @Test
    void aCommandGetsItsArgumentsAndInputAndGivesOutputAndExitCode() throws Exception {
        Captured output = new Captured();
        String input = "größer, €, 🐟\n".repeat(50_000);

        OptionalInt exitCode = run(output, input.getBytes(UTF_8), "echo", "two words", "\"quoted\"\n");

        assertThat(exitCode).hasValue(3);
        assertThat(output.out.toString().equals(input + System.lineSeparator())).isTrue();
        assertThat(output.err).hasToString("arguments: [echo, two words, \"quoted\"\n]" + System.lineSeparator());
    }

    @Test
    void theFileIsForItsOwnerAloneAndGoesWithThePort() throws Exception {
        Path file = folder.resolve("worker.json");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(WorkerFile.read(folder)).hasValueSatisfying(worker -> {
            assertThat(worker.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(worker.token()).matches("[0-9a-f]{64}");
            assertThat(worker.toString()).doesNotContain(worker.token());
        });
        server.close();
        assertThat(folder).isEmptyDirectory();
        assertThat(ControlClient.find(folder)).isEmpty();
    }

    @Test
    void whatADeadWorkerLeftIsIgnored() throws Exception {
        WorkerFile worker = WorkerFile.read(folder).orElseThrow();
        Process ended = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        ended.waitFor();

        new WorkerFile(ended.pid(), worker.port(), worker.token(), worker.rest()).write(folder);
        assertThat(ControlClient.find(folder)).isEmpty();
        new WorkerFile(worker.pid(), closedPort(), worker.token(), worker.rest()).write(folder);
        assertThat(run(new Captured(), NOTHING, "echo")).isEmpty();
        new WorkerFile(worker.pid(), worker.port(), "0".repeat(64), worker.rest()).write(folder);
        assertThat(run(new Captured(), NOTHING, "echo")).isEmpty();
        Files.writeString(folder.resolve("worker.json"), "{\"pid\":");
        assertThat(ControlClient.find(folder)).isEmpty();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private int status(String method, String path, String token, String body) throws Exception {
        WorkerFile worker = WorkerFile.read(folder).orElseThrow();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + worker.port() + path))
                .header("Authorization", token.isEmpty() ? "none" : "Bearer " + token)
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        return response.statusCode();
    }

    @Test
    void whatIsNoCommandForOthersIsRefused() throws Exception {
        String token = WorkerFile.read(folder).orElseThrow().token();
        String echo = "{\"args\":[\"echo\"]}\n";

        assertThat(status("POST", "/v1/commands", token, echo)).isEqualTo(200);
        assertThat(status("POST", "/v1/commands", "x" + token.substring(1), echo))
                .isEqualTo(401);
        assertThat(status("POST", "/v1/commands", "", echo)).isEqualTo(401);
        assertThat(status("POST", "/", "", echo)).isEqualTo(401);
        assertThat(status("POST", "/v1/commands/../x", token, echo)).isEqualTo(404);
        assertThat(status("POST", "/v1/commands/more", token, echo)).isEqualTo(404);
        assertThat(status("GET", "/v1/commands", token, echo)).isEqualTo(405);
        assertThat(status("POST", "/v1/commands", token, "{\"args\":[\"secret\"]}\n"))
                .isEqualTo(404);
        assertThat(status("POST", "/v1/commands", token, "{\"args\":[]}\n")).isEqualTo(404);
        assertThat(status("POST", "/v1/commands", token, "{\"args\":[1]}\n")).isEqualTo(400);
        assertThat(status("POST", "/v1/commands", token, "{\"args\":[\"echo\"]}"))
                .isEqualTo(400);
        assertThat(status("POST", "/v1/commands", token, "x\n")).isEqualTo(400);
        assertThat(status("POST", "/v1/commands", token, " ".repeat(CommandRequest.ARGUMENT_BYTES_MAX + 1)))
                .isEqualTo(413);
    }

    @Test
    void aRefusalIsToldInWords() {
        assertThatThrownBy(() -> run(new Captured(), NOTHING, "secret"))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("refused: the worker runs no such command for others");
    }

    @Test
    void aCommandIsToldWhenItsClientGoesAway() throws Exception {
        Captured output = new Captured();
        Future<OptionalInt> exitCode = start(output, "follow");
        begun.await();

        output.closed = true;

        assertThat(exitCode.get()).hasValue(0);
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void oneCommandTooManyIsRefusedAndTheOthersGoOn() throws Exception {
        List<Future<OptionalInt>> commands = new ArrayList<>();
        for (int i = 0; i < ControlServer.COMMANDS_MAX; i++) {
            commands.add(start(new Captured(), "wait"));
        }
        allBegun.await();

        assertThatThrownBy(() -> run(new Captured(), NOTHING, "echo"))
                .hasMessageContaining("the worker runs 8 commands for others already");
        release.countDown();
        for (Future<OptionalInt> command : commands) {
            assertThat(command.get()).hasValue(1);
        }
        assertThat(run(new Captured(), NOTHING, "echo")).hasValue(1);
    }

    @Test
    void theEndOfTheWorkerEndsItsCommands() throws Exception {
        Captured output = new Captured();
        Future<OptionalInt> exitCode = start(output, "follow");
        begun.await();

        server.close();

        assertThat(told.getCount()).isZero();
        assertThatThrownBy(exitCode::get).hasRootCauseMessage("its answer has no end");
        assertThat(output.out).hasToString("begun" + System.lineSeparator());
    }
}
