package io.mainstem.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The control port of the process that has a data folder. It listens on the loopback address only, and takes nothing from
 * who does not know the token that it leaves in the folder. Thread-safe.
 */
public final class ControlServer implements AutoCloseable {

    /** The most commands that run at a time; each may follow a topic for hours. */
    static final int COMMANDS_MAX = 8;

    /** The most connections that wait to be taken. */
    private static final int BACKLOG = 4 * COMMANDS_MAX;

    /** How often the asking process is told that its command still runs. */
    static final Duration BEAT = Duration.ofSeconds(1);

    /** How long the end of this process waits for commands, before it cuts their connections. */
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int TOKEN_BYTES = 32;

    private final Path folder;
    private final Commands commands;
    private final String token;
    private final byte[] authorization;
    private final HttpServer http;
    private final ThreadPoolExecutor requests;
    private final ScheduledExecutorService beats;
    private final Semaphore slots = new Semaphore(COMMANDS_MAX);
    private final Set<Frames> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;
    private boolean closed;

    private ControlServer(Path folder, Commands commands, String token, HttpServer http) {
        this.folder = folder;
        this.commands = commands;
        this.token = token;
        this.authorization = bearer(token).getBytes(StandardCharsets.UTF_8);
        this.http = http;
        this.requests = HttpLimits.threads("mainstem-control");
        // One thread for each command: a client that does not read holds up only its own.
        this.beats = new ScheduledThreadPoolExecutor(COMMANDS_MAX, task -> {
            Thread thread = new Thread(task, "mainstem-control-beat");
            thread.setDaemon(true);
            return thread;
        });
    }

    static String bearer(String token) {
        return "Bearer " + token;
    }

    /**
     * Opens the port, and says in the folder where it is.
     *
     * @param folder the data folder, which the calling process must have
     * @throws IOException when there is no port, or the folder cannot be written
     */
    public static ControlServer open(Path folder, Commands commands) throws IOException {
        HttpLimits.set();
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0), BACKLOG);
        ControlServer server = new ControlServer(folder, commands, token, http);
        http.createContext("/", server::handle);
        http.setExecutor(server.requests);
        http.start();
        try {
            server.file(Optional.empty()).write(folder);
        } catch (IOException | RuntimeException e) {
            server.stop();
            throw e;
        }
        return server;
    }

    private WorkerFile file(Optional<URI> rest) {
        return new WorkerFile(ProcessHandle.current().pid(), http.getAddress().getPort(), token, rest);
    }

    /** What a request must carry; only the user who owns the process may know it. */
    public String token() {
        return token;
    }

    /**
     * Says in the folder where the REST interface is.
     *
     * @throws IOException when the folder cannot be written
     */
    public synchronized void announce(URI rest) throws IOException {
        if (!closed) {
            file(Optional.of(rest)).write(folder);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            answer(exchange);
        } catch (Refusal refusal) {
            byte[] text = (refusal.text() + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(refusal.status(), text.length);
            exchange.getResponseBody().write(text);
        } finally {
            exchange.close();
        }
    }

    private void answer(HttpExchange exchange) throws IOException, Refusal {
        checkToken(exchange);
        checkTarget(exchange);
        checkLength(exchange);
        InputStream body = exchange.getRequestBody();
        try {
            List<String> arguments = CommandRequest.read(body);
            if (!commands.accepts(arguments)) {
                throw new Refusal(404, "the worker runs no such command for others");
            }
            if (!slots.tryAcquire()) {
                throw new Refusal(
                        429, "the worker runs " + COMMANDS_MAX + " commands for others already; end one of them first");
            }
            try {
                run(exchange, (out, err) -> commands.run(arguments, new OpenInput(body), out, err));
                drain(body);
            } finally {
                // Before the slot is given back, so that the end of this process waits for it.
                exchange.close();
                slots.release();
            }
        } catch (Refusal refusal) {
            drain(body);
            throw refusal;
        }
    }

    /** A command may close its input early, and what it left unread can still be read here. */
    private static final class OpenInput extends FilterInputStream {
        OpenInput(InputStream body) {
            super(body);
        }

        @Override
        public void close() {
            // The exchange closes it.
        }
    }

    /** A client that still sends would not see the answer if the connection ended before. */
    private static void drain(InputStream body) throws IOException {
        body.transferTo(OutputStream.nullOutputStream());
    }

    private void checkToken(HttpExchange exchange) throws Refusal {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (given == null || !MessageDigest.isEqual(authorization, given.getBytes(StandardCharsets.UTF_8))) {
            throw new Refusal(401, "the token is not the one in worker.json");
        }
    }

    private static void checkTarget(HttpExchange exchange) throws Refusal {
        if (!exchange.getRequestURI().getRawPath().equals(CommandRequest.PATH)) {
            throw new Refusal(404, "there is only " + CommandRequest.PATH);
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            throw new Refusal(405, "commands are posted");
        }
    }

    private static void checkLength(HttpExchange exchange) throws Refusal {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        if (length == null) {
            throw new Refusal(411, "the request must say its Content-Length");
        }
        try {
            if (Long.parseLong(length) > CommandRequest.ARGUMENT_BYTES_MAX + CommandRequest.INPUT_BYTES_MAX) {
                throw new Refusal(413, "the request has more than " + CommandRequest.INPUT_BYTES_MAX + " bytes");
            }
        } catch (NumberFormatException e) {
            throw new Refusal(400, "the Content-Length is no number");
        }
    }

    private interface Running {
        int run(OutputStream out, OutputStream err);
    }

    private void run(HttpExchange exchange, Running command) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
        exchange.sendResponseHeaders(200, 0);
        Frames frames = new Frames(exchange.getResponseBody());
        running.add(frames);
        if (closing) {
            frames.cut();
        }
        ScheduledFuture<?> beat =
                beats.scheduleWithFixedDelay(frames::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
        try {
            int exitCode = command.run(frames.stream(Frames.OUT), frames.stream(Frames.ERR));
            if (!frames.isCut()) {
                frames.end(exitCode);
            }
        } finally {
            beat.cancel(false);
            running.remove(frames);
        }
    }

    /** Ends the commands that still run, closes the port, and removes what {@link #open} left in the folder. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        closing = true;
        try {
            WorkerFile.delete(folder);
        } finally {
            running.forEach(Frames::cut);
            try {
                // All slots are free when no command runs; none is given back, so none begins again.
                var unused = slots.tryAcquire(COMMANDS_MAX, CLOSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            stop();
        }
    }

    private void stop() {
        http.stop(0);
        requests.shutdownNow();
        beats.shutdownNow();
    }
}
