package io.mainstem.server.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.mainstem.server.HttpLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Answers the calls of the REST interface. Thread-safe. */
public final class RestServer implements AutoCloseable {

    /** The most calls that are answered at a time. */
    static final int CALLS_MAX = 32;

    /** The most of them that change something; each may wait for a pipeline to drain. */
    static final int CHANGES_MAX = 4;

    /** How long a call waits for its turn. */
    private static final long SLOT_SECONDS = 10;

    /** How long a client may take for its answer. */
    private static final Duration SEND_MOST = Duration.ofSeconds(60);

    /** The most bytes of a body that is read only to let its sender see the answer. */
    private static final int DRAIN_BYTES_MAX = Call.BODY_BYTES_MAX;

    private static final Map<Integer, String> TITLES = Map.of(
            400, "Bad Request",
            401, "Unauthorized",
            404, "Not Found",
            405, "Method Not Allowed",
            409, "Conflict",
            413, "Content Too Large",
            421, "Misdirected Request",
            429, "Too Many Requests",
            500, "Internal Server Error",
            503, "Service Unavailable");

    private final Routes routes;
    private final Guard guard;
    private final UnaryOperator<String> scrub;
    private final Function<Exception, Problem> explain;
    private final RestListener listener;
    private final URI address;
    private final ThreadPoolExecutor calls;
    private final ScheduledThreadPoolExecutor deadlines;
    private final Duration sendMost;
    private final Semaphore slots = new Semaphore(CALLS_MAX);
    private final Semaphore changes = new Semaphore(CHANGES_MAX);

    private RestServer(
            Routes routes,
            Guard guard,
            UnaryOperator<String> scrub,
            Function<Exception, Problem> explain,
            RestListener listener,
            Duration sendMost) {
        this.routes = routes;
        this.guard = guard;
        this.scrub = scrub;
        this.explain = explain;
        this.listener = listener;
        this.address = address(listener);
        this.calls = HttpLimits.threads("mainstem-rest");
        this.sendMost = sendMost;
        this.deadlines = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "mainstem-rest-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /**
     * Begins to answer. The server closes the listener when it is closed.
     *
     * @param ownToken a token that is always taken
     * @param scrub takes the secrets out of a text
     * @param explain what an exception of a handler means for who has asked
     */
    public static RestServer open(
            RestListener listener,
            Routes routes,
            String ownToken,
            UnaryOperator<String> scrub,
            Function<Exception, Problem> explain) {
        return open(listener, routes, ownToken, scrub, explain, SEND_MOST);
    }

    /** The same with another limit of the time in which a client must have taken its answer. */
    static RestServer open(
            RestListener listener,
            Routes routes,
            String ownToken,
            UnaryOperator<String> scrub,
            Function<Exception, Problem> explain,
            Duration sendMost) {
        Guard guard = new Guard(listener.options(), ownToken);
        RestServer server = new RestServer(routes, guard, scrub, explain, listener, sendMost);
        listener.http().createContext("/", server::handle);
        listener.http().setExecutor(server.calls);
        listener.http().start();
        return server;
    }

    private static URI address(RestListener listener) {
        RestOptions options = listener.options();
        return URI.create((options.tls().isPresent() ? "https://" : "http://")
                + new RestOptions.Address(
                        options.address().host(), listener.http().getAddress().getPort()));
    }

    /** Where it listens, with the port that it has. */
    public URI address() {
        return address;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            send(exchange, answer(exchange));
        } catch (Problem problem) {
            send(exchange, problem);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            send(exchange, explain.apply(e));
        } finally {
            exchange.close();
        }
    }

    private Answer answer(HttpExchange exchange) throws Exception {
        URI target = exchange.getRequestURI();
        if (target.getRawAuthority() != null || target.getRawPath() == null) {
            throw Problem.badRequest("the target of the request is no path", "ask for a path, such as /health");
        }
        List<String> segments = RequestPath.segments(target.getRawPath());
        Map<String, String> query = RequestPath.query(target.getRawQuery());
        guard.checkHost(exchange);
        Routes.Match match = routes.find(exchange.getRequestMethod(), segments);
        guard.check(match.route(), exchange);
        checkQuery(match.route(), query);
        String accept = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Accept"))
                .orElse("");
        Call call = new Call(match.parameters(), query, accept, exchange.getRequestBody());
        return match.route().isOpenToAll() ? match.route().handler().handle(call) : inSlot(match.route(), call);
    }

    /** Nobody has a slot who still sends who he is, or who takes his answer slowly. */
    private Answer inSlot(Route route, Call call) throws Exception {
        if (!slots.tryAcquire(SLOT_SECONDS, TimeUnit.SECONDS)) {
            throw tooMany("the worker answers " + CALLS_MAX + " calls already");
        }
        try {
            return route.changes() ? change(route, call) : route.handler().handle(call);
        } finally {
            slots.release();
        }
    }

    private static Problem tooMany(String detail) {
        return new Problem(429, "too-many-calls", detail, "try again in some seconds");
    }

    private static void checkQuery(Route route, Map<String, String> query) {
        for (String name : query.keySet()) {
            if (route.queryParameters().stream().noneMatch(known -> known.name().equals(name))) {
                throw Problem.badRequest(
                        "'" + name + "' is no parameter of this path",
                        "GET /openapi.json lists the parameters there are");
            }
        }
    }

    private Answer change(Route route, Call call) throws Exception {
        if (!changes.tryAcquire()) {
            throw tooMany("the worker carries out " + CHANGES_MAX + " changes for others already");
        }
        try {
            return route.handler().handle(call);
        } finally {
            changes.release();
        }
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        send(exchange, answer.status(), answer.contentType(), answer.bytes(scrub));
    }

    private void send(HttpExchange exchange, Problem problem) throws IOException {
        ObjectNode node = Json.object()
                .put("type", "urn:mainstem:problem:" + problem.type())
                .put("title", TITLES.getOrDefault(problem.status(), "Error"))
                .put("status", problem.status())
                .put("detail", problem.detail())
                .put("whatToDo", problem.whatToDo());
        if (problem.status() == 401) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        }
        if (problem.status() == 429) {
            exchange.getResponseHeaders().set("Retry-After", "5");
        }
        String text = Json.scrubbed(node, scrub).toPrettyString() + "\n";
        send(exchange, problem.status(), "application/problem+json", text.getBytes(StandardCharsets.UTF_8));
    }

    /** A client that does not take its answer in time loses its connection: an interruption closes the channel. */
    private void send(HttpExchange exchange, int status, String contentType, byte[] bytes) throws IOException {
        Future<?> deadline =
                deadlines.schedule(Thread.currentThread()::interrupt, sendMost.toMillis(), TimeUnit.MILLISECONDS);
        try {
            sendNow(exchange, status, contentType, bytes);
        } finally {
            deadline.cancel(false);
            // It may have come a moment too late.
            boolean unused = Thread.interrupted();
        }
    }

    private static void sendNow(HttpExchange exchange, int status, String contentType, byte[] bytes)
            throws IOException {
        drain(exchange);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    /** A sender that still sends would not see the answer; one that sends without end need not. */
    private static void drain(HttpExchange exchange) throws IOException {
        byte[] buffer = new byte[8192];
        int left = DRAIN_BYTES_MAX;
        for (int n = exchange.getRequestBody().read(buffer);
                n >= 0 && left > 0;
                n = exchange.getRequestBody().read(buffer)) {
            left -= n;
        }
    }

    /** Stops listening; calls that are being answered are cut off. */
    @Override
    public void close() {
        listener.close();
        calls.shutdownNow();
        deadlines.shutdownNow();
    }
}
