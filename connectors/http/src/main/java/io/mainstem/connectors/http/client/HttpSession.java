package io.mainstem.connectors.http.client;

import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of one user of a connection, with its manners: within the budget, repeated when that may help, waiting as the
 * server asks, following redirects where that is safe.
 *
 * <p>One thread at a time; {@link #cancel} comes from another, and ends what is sent or waited for now or later.
 */
public final class HttpSession {

    /** A wait up to this is waited here; a longer one is the caller's to plan. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A tape has all attempts of a request, of however many times. */
    private static final int PLAYED_MAX = 1000;

    private static final Set<Integer> AGAIN = Set.of(408, 425, 429);
    private static final Set<Integer> MOVED = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> MOVED_KEEPING_METHOD = Set.of(307, 308);
    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final HttpConnection connection;
    private final Duration patience;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile @Nullable Call current;

    /**
     * A user of a connection.
     *
     * @param patience the longest wait for the budget that is waited here; a server that refuses is not waited for so long
     */
    HttpSession(HttpConnection connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
    }

    /**
     * Sends a request, and again while that may help.
     *
     * @return whatever the server answered but for a status that asks to come again; to be closed
     * @throws WaitException when there may be no request for longer than a moment
     * @throws RetryException when there is no answer after all attempts
     */
    public HttpReply send(HttpRequest request) throws WaitException, InterruptedException {
        boolean renewed = false;
        Request plain = request(request);
        for (int attempt = 1; ; ) {
            begin();
            Wait wait;
            try {
                Exchange exchange = exchange(request, plain);
                Response response = exchange.response();
                if (response.code() == 401
                        && !renewed
                        && connection.authentication().renew(exchange.sent())) {
                    response.close();
                    renewed = true;
                    continue;
                }
                noteLimits(request, response);
                if (!isAgain(response)) {
                    return new HttpReply(response, request.toString(), connection.bodyMax(), connection::scrub);
                }
                wait = again(request, response, attempt);
            } catch (IOException e) {
                wait = afterNoAnswer(request, e, attempt);
            }
            await(wait);
            attempt++;
        }
    }

    /**
     * Waits as between two attempts, for a caller that sends again what was answered only in part.
     *
     * @param what what happened, for the message when there are no more attempts
     * @param attempt how many there were
     * @throws WaitException when the wait is longer than a moment
     * @throws RetryException when that was the last attempt
     */
    public void awaitAgain(String what, int attempt) throws WaitException, InterruptedException {
        if (attempt > connection.retries() || isCancelled()) {
            throw failed(what, attempt, null, Optional.empty());
        }
        await(new Wait(connection.backoff().after(attempt), what, true));
    }

    /** Takes a request out of the budget. Another may have been quicker after a wait, so it is looked at anew. */
    private void begin() throws WaitException, InterruptedException {
        throwIfCancelled();
        for (Optional<Wait> wait = connection.begin(); wait.isPresent(); wait = connection.begin()) {
            await(wait.get());
        }
    }

    /** Whether a status asks to come again. */
    public static boolean isAgain(int status) {
        return AGAIN.contains(status) || status >= 500 && status != 501 && status != 505;
    }

    /** Some servers answer 403 when a limit is used up, and say until when. */
    private boolean isAgain(Response response) {
        return isAgain(response.code())
                || response.code() == 403 && asked(response).isPresent();
    }

    private Optional<Duration> asked(Response response) {
        Instant now = connection.now();
        return ServerAdvice.retryAfter(response.headers(), now)
                .or(() -> response.code() == 403 ? ServerAdvice.exhausted(response.headers(), now) : Optional.empty())
                .map(connection::limited);
    }

    private void noteLimits(HttpRequest request, Response response) {
        Instant now = connection.now();
        ServerAdvice.exhausted(response.headers(), now)
                .map(connection::limited)
                .ifPresent(time -> connection
                        .budget()
                        .pause(new Wait(
                                time,
                                answered(request, response) + ", and that nothing is left of the server's limit",
                                isAgain(response))));
    }

    private static String answered(HttpRequest request, Response response) {
        return request + " answered " + response.code();
    }

    /** What the server asked for, which then holds for all users of the connection, else a growing time. */
    private Wait again(HttpRequest request, Response response, int attempt) throws WaitException {
        try (response) {
            String answered = answered(request, response);
            Optional<Wait> asked = asked(response)
                    .map(time -> new Wait(
                            time, answered + ", and asks for no request for " + time.toSeconds() + " s", true));
            asked.ifPresent(connection.budget()::pause);
            if (connection.isPlaying() && attempt <= PLAYED_MAX) {
                return new Wait(Duration.ZERO, answered, true);
            }
            if (asked.isPresent() && isLong(asked.get())) {
                throw new WaitException(asked.get());
            }
            if (attempt > connection.retries()) {
                throw failed(answered, attempt, null, asked.map(Wait::time));
            }
            return asked.orElseGet(() -> new Wait(connection.backoff().after(attempt), answered, true));
        }
    }

    private Wait afterNoAnswer(HttpRequest request, IOException failure, int attempt) {
        if (failure instanceof GuardedSockets.PrivateAddressException) {
            throw new StopException(
                    "http.private-address",
                    request + ": " + failure.getMessage(),
                    "Use a public address, or set private-addresses: allow.",
                    failure);
        }
        if (attempt > connection.retries() || isCancelled()) {
            throw failed(request + " got no answer: " + reason(failure), attempt, failure, Optional.empty());
        }
        return new Wait(connection.backoff().after(attempt), request + " got no answer", true);
    }

    private static String reason(IOException failure) {
        String message = failure.getMessage();
        return TimeoutProblem.of(failure)
                .orElseGet(() -> message == null ? failure.getClass().getSimpleName() : SafeText.excerpt(message));
    }

    private RetryException failed(String what, int attempts, @Nullable IOException cause, Optional<Duration> after) {
        String message = connection.scrub(what + (attempts > 1 ? " (" + attempts + " attempts)" : ""));
        IOException because = cause == null ? new IOException(message) : cause;
        return after.map(time -> new RetryException(message, because, time))
                .orElseGet(() -> new RetryException(message, because));
    }

    private boolean isLong(Wait wait) {
        return wait.time().compareTo(wait.isRefused() ? PATIENCE : patience) > 0;
    }

    private void await(Wait wait) throws WaitException, InterruptedException {
        if (isLong(wait)) {
            throw new WaitException(wait);
        }
        var unused = cancelled.await(wait.time().toNanos(), TimeUnit.NANOSECONDS);
        throwIfCancelled();
    }

    private void throwIfCancelled() {
        if (isCancelled()) {
            throw new RetryException("the request was cancelled", new IOException("cancelled"));
        }
    }

    private boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /**
     * A request as it was sent at last, and its answer.
     *
     * @param sent with credentials
     */
    private record Exchange(Request sent, Response response) {}

    /** Sends a request that was taken out of the budget, and follows where it is sent on to. */
    private Exchange exchange(HttpRequest request, Request plain) throws IOException {
        Request next = plain;
        for (int redirects = 0; ; redirects++) {
            Exchange exchange = exchangeOne(next, !request.isAnonymous() && isSameHost(plain.url(), next.url()));
            Response response = exchange.response();
            @Nullable String location = response.header("Location");
            if (!MOVED.contains(response.code()) || location == null) {
                return exchange;
            }
            response.close();
            next = redirected(request, next, response.code(), location, redirects);
            connection.budget().begin();
        }
    }

    private Exchange exchangeOne(Request plain, boolean hasCredentials) throws IOException {
        try {
            Request sent = hasCredentials ? connection.authentication().authenticate(plain) : plain;
            return new Exchange(sent, call(plain, sent));
        } finally {
            connection.budget().end();
        }
    }

    private Response call(Request plain, Request sent) throws IOException {
        Call call = connection.newCall(sent);
        current = call;
        if (isCancelled()) {
            call.cancel();
        }
        return connection.execute(plain, call);
    }

    private static Request request(HttpRequest request) {
        Request.Builder builder = new Request.Builder();
        try {
            builder.url(request.url());
        } catch (IllegalArgumentException e) {
            throw new StopException(
                    "http.url",
                    "'" + SafeText.url(request.url()) + "' is no URL of http or https",
                    "Correct the option 'url', or what the server gave as the next address.",
                    e);
        }
        HttpConnection.userAgent().ifPresent(name -> builder.header("User-Agent", name));
        for (Map.Entry<String, String> header : request.headers()) {
            if (!HttpRequest.canBeHeader(header.getValue())) {
                throw new StopException(
                        "http.header",
                        "the header '" + header.getKey() + "' of " + request
                                + " has a character that no header can have",
                        "Use letters, digits and signs of ASCII in it.");
            }
            builder.header(header.getKey(), header.getValue());
        }
        byte[] body = request.body();
        if (body != null) {
            builder.tag(HttpTape.SentBody.class, new HttpTape.SentBody(body));
        }
        return builder.method(request.method(), body(request)).build();
    }

    private static @Nullable RequestBody body(HttpRequest request) {
        byte[] bytes = request.body();
        if (bytes == null) {
            boolean needed = Set.of("POST", "PUT", "PATCH").contains(request.method());
            return needed ? RequestBody.create(new byte[0], null) : null;
        }
        return RequestBody.create(
                bytes, request.contentType().isEmpty() ? null : MediaType.parse(request.contentType()));
    }

    private static boolean isSameHost(HttpUrl first, HttpUrl next) {
        return first.host().equals(next.host())
                && first.port() == next.port()
                && first.scheme().equals(next.scheme());
    }

    private Request redirected(HttpRequest request, Request from, int status, String location, int redirects) {
        if (redirects >= connection.redirects()) {
            throw new StopException(
                    "http.redirects",
                    request + " was redirected " + (redirects + 1) + " times, last to " + SafeText.url(location),
                    "Set 'url' to the address that answers, or 'redirects' to a higher limit (at most 10).");
        }
        @Nullable HttpUrl target = from.url().resolve(location);
        if (target == null || !target.scheme().equals(from.url().scheme())) {
            throw new StopException(
                    "http.redirect-scheme",
                    request + " was redirected to another scheme: " + SafeText.url(location),
                    "Set 'url' to that address if you trust it.");
        }
        Request.Builder next = from.newBuilder().url(target);
        if (!isSameHost(from.url(), target)) {
            withoutCredentials(next, from);
        }
        if (!MOVED_KEEPING_METHOD.contains(status) && !READING.contains(from.method())) {
            if (request.keepsMethod()) {
                throw new StopException(
                        "http.redirect-method",
                        request + " was answered " + status + " to " + SafeText.url(location)
                                + ", where clients send a GET without the body: nothing would be written",
                        "Set 'url' to the address that takes the request, and see whether the credentials are right.");
            }
            next.method("GET", null);
        }
        return next.build();
    }

    /** Another host gets nothing but what any client would send. */
    private static void withoutCredentials(Request.Builder next, Request from) {
        for (String name : from.headers().names()) {
            if (!name.equalsIgnoreCase("Accept") && !name.equalsIgnoreCase("User-Agent")) {
                next.removeHeader(name);
            }
        }
    }

    /** Ends what is sent or waited for, and every later request. From any thread. */
    public void cancel() {
        cancelled.countDown();
        Call call = current;
        if (call != null) {
            call.cancel();
        }
    }
}
