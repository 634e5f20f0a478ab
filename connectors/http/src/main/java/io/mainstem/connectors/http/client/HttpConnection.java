package io.mainstem.connectors.http.client;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.SecretText;
import io.mainstem.api.Tape;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * What all sources and sinks with the same settings share: the pool of sockets, the credentials, the budget of requests.
 * Thread-safe.
 */
public final class HttpConnection implements AutoCloseable {
    /** Shorter than what a call of a connector may take when nothing else is set. */
    private static final Duration LONG_PATIENCE = Duration.ofMinutes(2);

    private final Config config;
    private final OkHttpClient client;
    private final Authentication authentication;
    private final RequestBudget budget;
    private final Backoff backoff = new Backoff(new SplittableRandom());
    private final Clock clock;
    private final System.Logger logger;
    private final Optional<HttpTape> tape;
    private final SecretText configured;

    /** What makes a connection what it is. */
    private record Key(Config config, Optional<Tape> tape) {}

    private HttpConnection(Config config, Context context, Optional<HttpTape> tape) {
        this.config = config;
        this.clock = context.clock();
        this.logger = context.logger();
        this.tape = tape;
        this.configured = SecretText.of(ConnectionOptions.secrets(config));
        this.client = isPlaying() ? unconnected() : new Transport(config, context).client();
        this.budget = new RequestBudget(config.find(ConnectionOptions.RATE), System::nanoTime);
        this.authentication = isPlaying() ? new NoCredentials() : Authentication.of(config, this::fetch, new Time());
    }

    /** A client that sends nothing, whoever asks it to. */
    private static OkHttpClient unconnected() {
        return new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    throw new IOException("nothing is sent while a tape plays");
                })
                .build();
    }

    /** The connection of a source or sink with this configuration. */
    public static HttpConnection shared(Config config, Context context) {
        Config own = ConnectionOptions.of(config);
        return context.shared(new Key(own, Optional.empty()), () -> new HttpConnection(own, context, Optional.empty()));
    }

    /** A connection whose exchanges go over a tape. */
    public static HttpConnection taped(Config config, Context context, Tape tape) {
        Config own = ConnectionOptions.of(config);
        return context.shared(
                new Key(own, Optional.of(tape)),
                () -> new HttpConnection(own, context, Optional.of(new HttpTape(tape))));
    }

    /** A user of the connection, who can be cancelled alone. */
    public HttpSession session() {
        return new HttpSession(this, HttpSession.PATIENCE);
    }

    /** The same for one who cannot plan a wait, since all that was asked for would have to be asked for again. */
    public HttpSession patientSession() {
        return new HttpSession(this, LONG_PATIENCE);
    }

    /** A request for credentials, which the request that needs them waits for. */
    private Response fetch(Request request) throws IOException {
        budget.begin();
        try {
            return client.newCall(request).execute();
        } finally {
            budget.end();
        }
    }

    /** Takes the next request out of the budget, or returns for how long there is none; a tape has no need of it. */
    Optional<Wait> begin() {
        if (isPlaying()) {
            budget.begin();
            return Optional.empty();
        }
        return budget.take();
    }

    Call newCall(Request request) {
        return client.newCall(request);
    }

    /** Whether the answers come from a tape: then nothing has to be waited for. */
    boolean isPlaying() {
        return tape.isPresent() && tape.get().isPlaying();
    }

    /**
     * The answer to a request, from the server or from a tape.
     *
     * @param plain without credentials
     * @param call the same with them
     */
    Response execute(Request plain, Call call) throws IOException {
        if (tape.isEmpty()) {
            return call.execute();
        }
        fetched().forEach(tape.get()::hide);
        return tape.get().answer(plain, call);
    }

    /** What was fetched to let this client in. */
    private List<String> fetched() {
        return authentication.secrets().stream()
                .flatMap(secret -> Stream.of(secret.split("[ ;=]+")))
                .filter(word -> word.length() >= 8)
                .toList();
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

    /** As a server asked, within the limit; that it asked for more is said. */
    Duration limited(Duration asked) {
        Duration most = config.get(ConnectionOptions.WAIT_MAX);
        if (asked.compareTo(most) <= 0) {
            return asked;
        }
        logger.log(
                System.Logger.Level.WARNING,
                "the server asks for no request for {0}; it is asked again after {1} (wait-max)",
                asked.compareTo(ServerAdvice.LONGEST) < 0 ? asked.toSeconds() + " s" : "more than a year",
                most.toSeconds() + " s");
        return most;
    }

    /** The text without the tokens that were fetched, and without the credentials of the configuration. */
    String scrub(String text) {
        return configured.mask(SecretText.of(fetched()).mask(text));
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

    /** Of a tape: what was refused once was asked again with other credentials. */
    private static final class NoCredentials implements Authentication {

        @Override
        public Request authenticate(Request request) {
            return request;
        }

        @Override
        public boolean renew(Request refused) {
            return true;
        }
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
