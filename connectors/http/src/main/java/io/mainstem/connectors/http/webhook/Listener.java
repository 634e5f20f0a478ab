package io.mainstem.connectors.http.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.client.Pem;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A port that is listened at, for all sources with the same address. A thread waits with each request for the log, since the server
 * of the JDK has no other way to answer later; there are at most {@value #THREADS_MAX}. Thread-safe.
 */
final class Listener implements AutoCloseable {

    static final int THREADS_MAX = 256;

    private static final int BACKLOG = 1024;
    private static final int STOP_SECONDS = 1;

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Map<String, WebhookHandler> handlers = new ConcurrentHashMap<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private boolean started;

    static {
        // An answer is one small write; without this it may wait 40 ms for the sender's acknowledgement.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    /**
     * What a port is.
     *
     * @param certificate the file, if it talks TLS
     */
    record Address(String host, int port, Optional<String> certificate) {
        static Address of(Config config) {
            return new Address(
                    config.get(WebhookOptions.HOST),
                    config.get(WebhookOptions.PORT).intValue(),
                    config.find(WebhookOptions.TLS_CERTIFICATE));
        }
    }

    private Listener(HttpServer server) {
        this.server = server;
        AtomicInteger count = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS_MAX, THREADS_MAX, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "webhook-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** The listener at the address of a configuration, which is opened for the first who wants it. */
    static Listener shared(Config config, Context context) {
        return context.shared(Address.of(config), () -> open(config, context));
    }

    private static Listener open(Config config, Context context) {
        Address address = Address.of(config);
        try {
            InetSocketAddress socket = new InetSocketAddress(address.host(), address.port());
            HttpServer server = address.certificate().isPresent() ? tls(config, context) : HttpServer.create();
            server.bind(socket, BACKLOG);
            Listener listener = new Listener(server);
            server.setExecutor(listener.threads);
            server.createContext("/", listener::handle);
            return listener;
        } catch (BindException e) {
            throw new RetryException(
                    address.host() + ":" + address.port() + " cannot be listened at: " + e.getMessage(), e);
        } catch (IOException | GeneralSecurityException e) {
            throw new StopException(
                    "webhook.listen",
                    address.host() + ":" + address.port() + " cannot be listened at: " + e.getMessage(),
                    "Check 'host', 'port' and the files of TLS.",
                    e);
        }
    }

    private static HttpsServer tls(Config config, Context context) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        String certificates = Files.readString(
                context.resolve(config.get(WebhookOptions.TLS_CERTIFICATE)), StandardCharsets.US_ASCII);
        String key = Files.readString(context.resolve(config.get(WebhookOptions.TLS_KEY)), StandardCharsets.US_ASCII);
        store.setKeyEntry(
                "server",
                Pem.privateKey(key),
                new char[0],
                Pem.certificates(certificates).toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            @Nullable
            WebhookHandler handler = handlers.get(exchange.getRequestURI().getPath());
            if (handler == null) {
                absent(exchange);
                return;
            }
            handler.handle(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A path whose source is being restarted is there again soon: a sender that hears 404 may give up for ever. */
    private void absent(HttpExchange exchange) throws IOException {
        boolean soon = known.contains(exchange.getRequestURI().getPath());
        if (soon) {
            exchange.getResponseHeaders().add("Retry-After", "1");
        }
        exchange.sendResponseHeaders(soon ? 503 : 404, -1);
    }

    /** Takes requests for a path. The first makes the port answer: until then, connections wait. */
    synchronized void register(String path, WebhookHandler handler) {
        if (handlers.putIfAbsent(path, handler) != null) {
            throw new StopException(
                    "webhook.path",
                    "the path '" + path + "' is taken by another source of this process",
                    "Give each source a path of its own.");
        }
        known.add(path);
        if (!started) {
            started = true;
            server.start();
        }
    }

    /** Takes no more of them. */
    void unregister(String path, WebhookHandler handler) {
        handlers.remove(path, handler);
    }

    @Override
    public void close() {
        server.stop(STOP_SECONDS);
        threads.shutdownNow();
    }
}
