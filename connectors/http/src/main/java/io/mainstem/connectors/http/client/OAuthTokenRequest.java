package io.mainstem.connectors.http.client;

import io.mainstem.api.Config;
import io.mainstem.api.Option;
import io.mainstem.api.StopException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.Request;
import okhttp3.Response;

/** Asks for an OAuth2 token. Used under the lock of {@link Tokens}. */
final class OAuthTokenRequest implements TokenRequest {

    private static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private final Config config;
    private final Sender sender;
    private final Time time;
    private Optional<String> refreshToken;

    OAuthTokenRequest(Config config, Sender sender, Time time) {
        this.config = config;
        this.sender = sender;
        this.time = time;
        this.refreshToken = config.find(ConnectionOptions.REFRESH_TOKEN);
    }

    @Override
    public Granted fetch() throws IOException {
        try (Response response = sender.send(request())) {
            TokenAnswer answer = TokenAnswer.read(response, "the request for a token");
            String token = answer.text(config.get(ConnectionOptions.TOKEN_AT)).orElseThrow(this::noToken);
            refreshToken = answer.text("/refresh_token").or(() -> refreshToken);
            return new Granted(
                    Map.of("Authorization", "Bearer " + token),
                    answer.seconds(config.get(ConnectionOptions.EXPIRES_AT)));
        }
    }

    private StopException noToken() {
        return new StopException(
                "http.auth",
                "the answer of " + SafeText.url(config.get(ConnectionOptions.TOKEN_URL)) + " has no token at '"
                        + config.get(ConnectionOptions.TOKEN_AT) + "'",
                "Set 'token-at' to where the token stands in that answer.");
    }

    private Request request() {
        FormBody.Builder form = new FormBody.Builder(StandardCharsets.UTF_8);
        fields().forEach((name, value) -> {
            if (!value.isEmpty()) {
                form.add(name, value);
            }
        });
        Request.Builder request = new Request.Builder()
                .url(config.get(ConnectionOptions.TOKEN_URL))
                .header("Accept", "application/json")
                .post(form.build());
        if (isBasic()) {
            request.header(
                    "Authorization",
                    Credentials.basic(
                            config.find(ConnectionOptions.CLIENT_ID).orElse(""),
                            config.find(ConnectionOptions.CLIENT_SECRET).orElse(""),
                            StandardCharsets.UTF_8));
        }
        config.get(ConnectionOptions.TOKEN_HEADERS).forEach(request::header);
        return request.build();
    }

    private boolean isBasic() {
        return config.get(ConnectionOptions.CLIENT_AUTH) == ConnectionOptions.ClientAuth.BASIC;
    }

    private Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        switch (config.get(ConnectionOptions.GRANT)) {
            case CLIENT_CREDENTIALS -> fields.put("grant_type", "client_credentials");
            case REFRESH_TOKEN -> {
                fields.put("grant_type", "refresh_token");
                fields.put("refresh_token", "{refresh-token}");
            }
            case PASSWORD -> {
                fields.put("grant_type", "password");
                fields.put("username", "{user}");
                fields.put("password", "{password}");
            }
            case JWT_BEARER -> {
                fields.put("grant_type", JWT_BEARER);
                fields.put("assertion", "{assertion}");
            }
        }
        fields.put("scope", "{scope}");
        if (!isBasic()) {
            fields.put("client_id", "{client-id}");
            fields.put("client_secret", "{client-secret}");
        }
        fields.putAll(config.get(ConnectionOptions.TOKEN_PARAMETERS));
        fields.replaceAll((name, value) -> Template.parse(value).render(this::value, Template.Escape.NONE));
        return fields;
    }

    private Optional<String> value(String name) {
        return switch (name) {
            case "client-id" -> text(ConnectionOptions.CLIENT_ID);
            case "client-secret" -> text(ConnectionOptions.CLIENT_SECRET);
            case "refresh-token" -> Optional.of(refreshToken.orElse(""));
            case "user" -> text(ConnectionOptions.USER);
            case "password" -> text(ConnectionOptions.PASSWORD);
            case "scope" -> text(ConnectionOptions.SCOPE);
            case "assertion" -> Optional.of(Assertion.sign(config, time.now()));
            default -> Optional.empty();
        };
    }

    private Optional<String> text(Option<String> option) {
        return Optional.of(config.find(option).orElse(""));
    }
}
