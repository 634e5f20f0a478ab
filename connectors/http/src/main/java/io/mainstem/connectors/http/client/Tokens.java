package io.mainstem.connectors.http.client;

import io.mainstem.api.StopException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that are fetched, used for most of their life, and fetched again before it ends. One fetch serves all who wait.
 * Thread-safe.
 */
final class Tokens implements Authentication {

    private static final Duration MARGIN = Duration.ofMinutes(1);
    private static final int FORMER_MAX = 4;

    private final TokenRequest request;
    private final TokenRequest.Time time;
    private final List<String> former = new ArrayList<>();
    private TokenRequest.@Nullable Granted current;
    private Optional<Long> goodUntil = Optional.empty();

    Tokens(TokenRequest request, TokenRequest.Time time) {
        this.request = request;
        this.time = time;
    }

    @Override
    public Request authenticate(Request plain) throws IOException {
        Request.Builder builder = plain.newBuilder();
        headers().forEach(builder::header);
        return builder.build();
    }

    private synchronized Map<String, String> headers() throws IOException {
        TokenRequest.Granted known = current;
        boolean over = goodUntil.map(until -> time.nanos() - until >= 0).orElse(false);
        if (known == null || over) {
            known = request.fetch();
            keep(known);
        }
        return known.headers();
    }

    /** It is renewed a minute before its end, or when a tenth of its life is left, if that is less. */
    private void keep(TokenRequest.Granted granted) {
        if (!granted.headers().values().stream().allMatch(HttpRequest::canBeHeader)) {
            throw new StopException(
                    "http.auth",
                    "the token that was fetched has a character that no header can have",
                    "Check 'token-at': it may point at something else.");
        }
        current = granted;
        long begin = time.nanos();
        goodUntil = granted.life().map(life -> {
            Duration tenth = life.dividedBy(10);
            Duration margin = tenth.compareTo(MARGIN) < 0 ? tenth : MARGIN;
            return begin + life.minus(margin).toNanos();
        });
        former.addAll(granted.headers().values());
        while (former.size() > FORMER_MAX) {
            former.remove(0);
        }
    }

    /** Only what was refused is thrown away: another request may have fetched anew meanwhile. */
    @Override
    public synchronized boolean renew(Request refused) {
        TokenRequest.Granted known = current;
        if (known != null
                && known.headers().entrySet().stream()
                        .allMatch(header -> header.getValue().equals(refused.header(header.getKey())))) {
            current = null;
        }
        return true;
    }

    @Override
    public synchronized List<String> secrets() {
        return List.copyOf(former);
    }
}
