package io.mainstem.server.rest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Decides who may ask for what. Immutable. */
final class Guard {

    /** What a browser calls this machine when it means it; a name that only resolves to it is an attack (DNS rebinding). */
    private static final Pattern LOCAL_HOST =
            Pattern.compile("(?:localhost|127\\.[0-9.]{5,11}|\\[::1])(?::[0-9]{1,5})?");

    private final boolean isLocal;
    private final boolean knowsClients;
    private final byte[] ownToken;
    private final List<byte[]> tokens;

    Guard(RestOptions options, String ownToken) {
        this.isLocal = options.address().isLoopback();
        this.knowsClients = options.tls().flatMap(RestOptions.Tls::clients).isPresent();
        this.ownToken = bearer(ownToken);
        this.tokens = options.token()
                .map(token -> List.of(this.ownToken, bearer(token)))
                .orElseGet(() -> List.of(this.ownToken));
    }

    private static byte[] bearer(String token) {
        return ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    }

    void checkHost(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (isLocal && (host == null || !LOCAL_HOST.matcher(host).matches())) {
            throw new Problem(
                    421,
                    "wrong-host",
                    "the request is for another host",
                    "ask at 127.0.0.1 or localhost, or let the worker listen at another address");
        }
    }

    void check(Route route, HttpExchange exchange) {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (route.needsOwnToken() && !isOneOf(List.of(ownToken), given)) {
            throw new Problem(
                    401,
                    "unauthorized",
                    "the call lets its sender do what the user of the worker may, such as to read files",
                    "send 'Authorization: Bearer TOKEN' with the token in worker.json of the data folder; no other is taken");
        }
        if (isOneOf(tokens, given)) {
            return;
        }
        if (route.needsToken()) {
            throw unauthorized("a call that changes something, or shows data, needs a token");
        }
        if (!isLocal && !route.isOpenToAll() && !hasCertificate(exchange)) {
            throw unauthorized(
                    knowsClients
                            ? "a call from outside needs a token or a client certificate"
                            : "a call from outside needs a token");
        }
    }

    private static Problem unauthorized(String detail) {
        return new Problem(
                401,
                "unauthorized",
                detail,
                "send 'Authorization: Bearer TOKEN' with the setting 'listen-token', or the token in worker.json of the data"
                        + " folder");
    }

    private static boolean isOneOf(List<byte[]> known, @Nullable String given) {
        if (given == null) {
            return false;
        }
        byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (byte[] token : known) {
            found |= MessageDigest.isEqual(token, bytes);
        }
        return found;
    }

    private boolean hasCertificate(HttpExchange exchange) {
        if (!knowsClients || !(exchange instanceof HttpsExchange secure)) {
            return false;
        }
        try {
            return secure.getSSLSession().getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }
}
