package io.mainstem.runtime.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.mainstem.api.Scalar;
import io.mainstem.api.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** JSON values whose type nobody has said. */
final class JsonValues {

    private static final ObjectReader READER = new ObjectMapper()
            .reader(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

    private JsonValues() {}

    static int skipSpace(byte[] array, int from, int to) {
        int at = from;
        while (at < to && (array[at] == ' ' || array[at] == '\t' || array[at] == '\n' || array[at] == '\r')) {
            at++;
        }
        return at;
    }

    static JsonNode tree(byte[] array, int offset, int length) {
        try {
            return READER.readTree(array, offset, length);
        } catch (JsonProcessingException e) {
            throw new UndecodableException(
                    "the value is not JSON: " + e.getOriginalMessage() + ", at byte "
                            + (e.getLocation() == null
                                    ? 0
                                    : Math.max(0, e.getLocation().getByteOffset())),
                    e);
        } catch (IOException e) {
            throw new UndecodableException("the value is not JSON: " + e.getMessage() + ", at byte 0", e);
        }
    }

    /** A value that is no object: text, a number, true or false, or an array, which stays JSON. */
    static Scalar scalar(byte[] array, int offset, int length) {
        JsonNode node = tree(array, offset, length);
        return switch (node.getNodeType()) {
            case BOOLEAN -> Scalar.of(Type.BOOLEAN, node.booleanValue());
            case STRING -> Scalar.text(node.textValue());
            case NUMBER -> number(node);
            case ARRAY, OBJECT -> Scalar.of(Type.JSON, new String(array, offset, length, StandardCharsets.UTF_8));
            default -> throw new UndecodableException("the value is empty or null, at byte 0");
        };
    }

    private static Scalar number(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong()
                ? Scalar.int64(node.longValue())
                : Scalar.of(Type.DECIMAL, ScalarText.limited(node.decimalValue()));
    }
}
