package io.mainstem.connectors.http.client;

import io.mainstem.api.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.Request;

/** Puts credentials on requests. Thread-safe. */
interface Authentication {

    /** The request with credentials; may fetch them first. */
    Request authenticate(Request request) throws IOException;

    /**
     * The server has refused what {@link #authenticate} put on a request. Returns whether new credentials may help, which the next
     * request fetches then.
     */
    default boolean renew(Request refused) {
        return false;
    }

    /** What must not be shown of what was fetched. */
    default List<String> secrets() {
        return List.of();
    }

    /** By the configuration. */
    static Authentication of(Config config, TokenRequest.Sender sender, TokenRequest.Time time) {
        return switch (config.get(ConnectionOptions.AUTH)) {
            case NONE -> request -> request;
            case BASIC ->
                header(
                        "Authorization",
                        Credentials.basic(
                                config.get(ConnectionOptions.USER),
                                config.get(ConnectionOptions.PASSWORD),
                                StandardCharsets.UTF_8));
            case BEARER -> header("Authorization", "Bearer " + config.get(ConnectionOptions.TOKEN));
            case API_KEY -> apiKey(config);
            case OAUTH2 -> new Tokens(new OAuthTokenRequest(config, sender, time), time);
            case SESSION -> new Tokens(new SessionLogin(config, sender), time);
        };
    }

    private static Authentication header(String name, String value) {
        return request -> request.newBuilder().header(name, value).build();
    }

    private static Authentication apiKey(Config config) {
        String key = config.get(ConnectionOptions.API_KEY);
        return config.find(ConnectionOptions.API_KEY_PARAMETER)
                .map(parameter -> parameter(parameter, key))
                .orElseGet(() -> header(config.get(ConnectionOptions.API_KEY_HEADER), key));
    }

    private static Authentication parameter(String name, String value) {
        return request -> {
            HttpUrl url =
                    request.url().newBuilder().setQueryParameter(name, value).build();
            return request.newBuilder().url(url).build();
        };
    }
}
