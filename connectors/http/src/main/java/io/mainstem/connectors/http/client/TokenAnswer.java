package io.mainstem.connectors.http.client;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.StopException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import okhttp3.Response;

/** What a token endpoint or a login has answered. */
final class TokenAnswer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long BYTES_MAX = 1024 * 1024;

    private final JsonNode body;

    private TokenAnswer(JsonNode body) {
        this.body = body;
    }

    /**
     * Reads an answer.
     *
     * @throws StopException when credentials were refused
     * @throws IOException when the server could not answer this time
     */
    static TokenAnswer read(Response response, String what) throws IOException {
        String shown = what + " at " + SafeText.url(response.request().url().toString());
        String text = new String(
                new LimitedInput(response.body().byteStream(), BYTES_MAX).readAllBytes(),
                java.nio.charset.StandardCharsets.UTF_8);
        if (response.code() == 429 || response.code() >= 500) {
            throw new IOException(shown + " answered " + response.code());
        }
        if (!response.isSuccessful()) {
            throw new StopException(
                    "http.auth",
                    shown + " answered " + response.code() + ": " + errorOf(text),
                    "Check the credentials, and what they may do at that server.");
        }
        try {
            return new TokenAnswer(text.isBlank() ? JSON.createObjectNode() : JSON.readTree(text));
        } catch (JsonProcessingException e) {
            throw new StopException(
                    "http.auth",
                    shown + " answered with something that is not JSON",
                    "Check the URL of the request.",
                    e);
        }
    }

    /** The name of the error alone: the rest may repeat what was sent. */
    private static String errorOf(String text) {
        try {
            JsonNode error = JSON.readTree(text);
            return SafeText.excerpt(error.path("error").asText("") + " "
                    + error.path("error_description").asText(""));
        } catch (JsonProcessingException e) {
            return "no reason given";
        }
    }

    Optional<String> text(String pointer) {
        JsonNode value = body.at(JsonPointer.compile(pointer));
        return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
    }

    Optional<Duration> seconds(String pointer) {
        return text(pointer)
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    }
}
