package io.mainstem.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine that behaves as a public API documents. */
final class PublicApi implements AutoCloseable {

    static {
        // An answer is two small writes; without this the second may wait 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** Answers a request. */
    interface Handler {
        String answer(HttpExchange exchange, Map<String, String> query) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    PublicApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.start();
    }

    /** Answers a request with a status alone. */
    interface StatusHandler {
        int answer(HttpExchange exchange) throws IOException;
    }

    PublicApi takes(String path, StatusHandler handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(handler.answer(exchange), -1);
            }
        });
        return this;
    }

    PublicApi on(String path, Handler handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestURI().toString());
                byte[] body = handler.answer(exchange, query(exchange)).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        return this;
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new TreeMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(decoded(parts[0]), decoded(parts[1]));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<String> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
