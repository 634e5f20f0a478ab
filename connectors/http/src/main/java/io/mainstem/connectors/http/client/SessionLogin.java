package io.mainstem.connectors.http.client;

import io.mainstem.api.Config;
import io.mainstem.api.StopException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Logs in for a session, which is carried by a token in a header, by cookies, or both. */
final class SessionLogin implements TokenRequest {

    private static final MediaType JSON = MediaType.get("application/json");

    private final Config config;
    private final Sender sender;

    SessionLogin(Config config, Sender sender) {
        this.config = config;
        this.sender = sender;
    }

    @Override
    public Granted fetch() throws IOException {
        String body =
                Template.parse(config.get(ConnectionOptions.LOGIN_BODY)).render(this::value, Template.Escape.JSON);
        Request request = new Request.Builder()
                .url(config.get(ConnectionOptions.LOGIN_URL))
                .header("Accept", "application/json")
                .post(RequestBody.create(body.getBytes(StandardCharsets.UTF_8), JSON))
                .build();
        try (Response response = sender.send(request)) {
            List<String> cookies = response.headers("Set-Cookie").stream()
                    .map(cookie -> cookie.split(";", 2)[0].strip())
                    .toList();
            TokenAnswer answer = TokenAnswer.read(response, "the login");
            return new Granted(headers(answer, cookies), answer.seconds(config.get(ConnectionOptions.EXPIRES_AT)));
        }
    }

    private Map<String, String> headers(TokenAnswer answer, List<String> cookies) {
        Map<String, String> headers = new LinkedHashMap<>();
        Optional<String> token = answer.text(config.get(ConnectionOptions.TOKEN_AT));
        if (token.isEmpty() && cookies.isEmpty()) {
            throw new StopException(
                    "http.auth",
                    "the login at " + SafeText.url(config.get(ConnectionOptions.LOGIN_URL))
                            + " gave neither a cookie nor a token at '" + config.get(ConnectionOptions.TOKEN_AT) + "'",
                    "Set 'token-at' to where the token stands in that answer.");
        }
        token.ifPresent(value -> {
            String[] header = config.get(ConnectionOptions.SESSION_HEADER).split(":", 2);
            String template = header.length > 1 ? header[1].strip() : "{token}";
            headers.put(
                    header[0].strip(),
                    Template.parse(template).render(name -> Optional.of(value), Template.Escape.NONE));
        });
        if (!cookies.isEmpty()) {
            headers.put("Cookie", String.join("; ", cookies));
        }
        return headers;
    }

    private Optional<String> value(String name) {
        return switch (name) {
            case "user" -> Optional.of(config.find(ConnectionOptions.USER).orElse(""));
            case "password" ->
                Optional.of(config.find(ConnectionOptions.PASSWORD).orElse(""));
            default -> Optional.empty();
        };
    }
}
