package io.mainstem.connectors.http.client;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import okhttp3.OkHttpClient;

/**
 * What all sources and sinks with the same settings share: the pool of sockets, the credentials, the budget of requests.
 * Thread-safe.
 */
public final class HttpConnection implements AutoCloseable {

    private final Config config;
    private final OkHttpClient client;
    private final Authentication authentication;
    private final RequestBudget budget;
    private final Backoff backoff = new Backoff(new SplittableRandom());
    private final Clock clock;

    /** What makes a connection what it is. */
    private record Key(Config config) {}

    private HttpConnection(Config config, Context context) {
        this.config = config;
        this.clock = context.clock();
        this.client = new Transport(config, context).client();
        this.budget = new RequestBudget(config.find(ConnectionOptions.RATE), System::nanoTime);
        this.authentication =
                Authentication.of(config, request -> client.newCall(request).execute(), new Time());
    }

    /** The connection of a source or sink with this configuration. */
    public static HttpConnection shared(Config config, Context context) {
        Config own = ConnectionOptions.of(config);
        return context.shared(new Key(own), () -> new HttpConnection(own, context));
    }

    /** A user of the connection, who can be cancelled alone. */
    public HttpSession session() {
        return new HttpSession(this);
    }

    OkHttpClient client() {
        return client;
    }

    Authentication authentication() {
        return authentication;
    }

    RequestBudget budget() {
        return budget;
    }

    Backoff backoff() {
        return backoff;
    }

    Instant now() {
        return clock.instant();
    }

    int retries() {
        return config.get(ConnectionOptions.RETRIES).intValue();
    }

    int redirects() {
        return config.get(ConnectionOptions.REDIRECTS).intValue();
    }

    long bodyMax() {
        return config.get(ConnectionOptions.MAX_BODY);
    }

    /** As a server asked, within the limit. */
    Duration limited(Duration asked) {
        Duration most = config.get(ConnectionOptions.WAIT_MAX);
        return asked.compareTo(most) < 0 ? asked : most;
    }

    /** The text without the tokens that were fetched; what the configuration keeps secret is the runtime's to hide. */
    String scrub(String text) {
        String scrubbed = text;
        for (String secret : authentication.secrets()) {
            for (String word : secret.split("[ ;=]+")) {
                if (word.length() >= 8) {
                    scrubbed = scrubbed.replace(word, "***");
                }
            }
        }
        return scrubbed;
    }

    /** The header that names this client. */
    static Optional<String> userAgent() {
        return Optional.of("mainstem");
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    /** The time, for credentials that end. */
    private final class Time implements TokenRequest.Time {

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    }
}
