package io.mainstem.server.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** What a handler answers. */
public final class Answer {

    private final int status;
    private final String contentType;
    private final JsonNode json;
    private final String text;

    private Answer(int status, String contentType, JsonNode json, String text) {
        this.status = status;
        this.contentType = contentType;
        this.json = json;
        this.text = text;
    }

    /** JSON with the status 200. */
    public static Answer of(JsonNode json) {
        return of(200, json);
    }

    /** JSON with a status. */
    public static Answer of(int status, JsonNode json) {
        return new Answer(status, "application/json", json, "");
    }

    /** Text of some type, with the status 200. */
    public static Answer text(String contentType, String text) {
        return new Answer(200, contentType, com.fasterxml.jackson.databind.node.MissingNode.getInstance(), text);
    }

    int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    byte[] bytes(UnaryOperator<String> scrub) {
        String body = json.isMissingNode()
                ? scrub.apply(text)
                : Json.scrubbed(json, scrub).toPrettyString() + "\n";
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
