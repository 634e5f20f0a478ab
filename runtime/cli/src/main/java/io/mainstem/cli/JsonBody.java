package io.mainstem.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mainstem.server.rest.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The JSON object that a call sends, of which every field is known. Whatever is wrong is told as a {@link Problem}. Immutable. */
final class JsonBody {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode node;
    private final String hint;

    private JsonBody(JsonNode node, String hint) {
        this.node = node;
        this.hint = hint;
    }

    /**
     * Reads it.
     *
     * @param known the fields that it may have
     * @param hint what to send instead of what is wrong
     */
    static JsonBody of(byte[] body, Set<String> known, String hint) throws IOException {
        JsonBody read;
        try {
            read = new JsonBody(JSON.readTree(body), hint);
        } catch (JsonProcessingException e) {
            throw Problem.badRequest("the body is not JSON: " + e.getOriginalMessage(), hint);
        }
        if (!read.node.isObject()) {
            throw read.wrong("the body is no object");
        }
        read.node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw read.wrong("'" + name + "' is not known");
            }
        });
        return read;
    }

    /** What is wrong with it, for who sent it. */
    Problem wrong(String detail) {
        return Problem.badRequest(detail, hint);
    }

    boolean has(String name) {
        return node.has(name);
    }

    /** A field that is true or false; false when it is left out. */
    boolean flag(String name) {
        JsonNode value = node.get(name);
        if (value != null && !value.isBoolean()) {
            throw wrong("'" + name + "' is neither true nor false");
        }
        return value != null && value.booleanValue();
    }

    Optional<String> text(String name) {
        JsonNode value = node.get(name);
        if (value != null && !value.isTextual()) {
            throw wrong("'" + name + "' is no text");
        }
        return Optional.ofNullable(value).map(JsonNode::textValue);
    }

    /** A list of texts; empty when it is left out. */
    List<String> texts(String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : value) {
            texts.add(each.textValue());
        }
        if (!value.isArray() || texts.contains(null)) {
            throw wrong("'" + name + "' is no list of texts");
        }
        return texts;
    }

    /** A whole number from 0 on. */
    Optional<Long> number(String name, long most) {
        JsonNode value = node.get(name);
        if (value == null) {
            return Optional.empty();
        }
        boolean fits = value.isIntegralNumber() && value.canConvertToLong();
        if (!fits || value.longValue() < 0 || value.longValue() > most) {
            throw wrong("'" + name + "' is no whole number from 0 to " + most);
        }
        return Optional.of(value.longValue());
    }
}
