package io.mainstem.connectors.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on this machine whose paths are answered by functions, and that keeps what it was asked. */
final class ApiServer implements AutoCloseable {

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** What was asked. */
    record Asked(String method, String path, Map<String, String> query, Map<String, String> headers, String body) {
        String query(String name) {
            return query.get(name);
        }

        long number(String name, long otherwise) {
            return query.containsKey(name) ? Long.parseLong(query.get(name)) : otherwise;
        }

        String header(String name) {
            return headers.get(name.toLowerCase(java.util.Locale.ROOT));
        }
    }

    /** What is answered. */
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int status, Map<String, String> headers, byte[] body) {
        static Answer json(String body) {
            return of(200, "application/json", body);
        }

        static Answer of(int status, String type, String body) {
            return new Answer(status, Map.of("Content-Type", type), body.getBytes(StandardCharsets.UTF_8));
        }

        static Answer status(int status) {
            return of(status, "text/plain", "");
        }

        Answer with(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body);
        }

        Answer body(byte[] bytes) {
            return new Answer(status, headers, bytes);
        }
    }

    /** Answers. */
    interface Handler {
        Answer answer(Asked asked) throws IOException;
    }

    /** Answers by hand. */
    interface RawHandler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    ApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.start();
    }

    ApiServer on(String path, Handler handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                Asked request = asked(exchange);
                asked.add(request);
                Answer answer = handler.answer(request);
                answer.headers().forEach(exchange.getResponseHeaders()::add);
                boolean empty = answer.body().length == 0 || answer.status() == 304;
                exchange.sendResponseHeaders(answer.status(), empty ? -1 : answer.body().length);
                if (!empty) {
                    exchange.getResponseBody().write(answer.body());
                }
            }
        });
        return this;
    }

    ApiServer raw(String path, RawHandler handler) {
        server.createContext(path, exchange -> {
            asked.add(asked(exchange));
            try {
                handler.handle(exchange);
            } finally {
                exchange.close();
            }
        });
        return this;
    }

    private static Asked asked(HttpExchange exchange) throws IOException {
        Map<String, String> query = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
        }
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        return new Asked(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), query, headers, body);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Writes a part of what was announced, then cuts the connection. */
    static void cutShort(HttpExchange exchange, String type, String body, int announced) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(200, announced);
        OutputStream out = exchange.getResponseBody();
        out.write(body.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** The same server by another name. */
    String otherUrl(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    List<Asked> asked() {
        return asked;
    }

    List<Asked> asked(String path) {
        return asked.stream().filter(one -> one.path().equals(path)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
