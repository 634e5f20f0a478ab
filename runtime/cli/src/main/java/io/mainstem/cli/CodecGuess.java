package io.mainstem.cli;

import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Tells from a value of a topic how it was written. For one thread. */
final class CodecGuess {

    private final Schemas schemas;
    private final String topic;
    private final Map<Integer, Boolean> knownSchemas = new HashMap<>();
    private boolean hasSchema;

    /** Of a topic: only where it has a schema, an object is more than a text. */
    CodecGuess(Schemas schemas, String topic) {
        this.schemas = schemas;
        this.topic = topic;
    }

    CodecKind of(byte[] array, int offset, int length) {
        if (length >= 5
                && array[offset] == 0
                && isSchema(ByteBuffer.wrap(array, offset + 1, 4).getInt())) {
            return CodecKind.AVRO;
        }
        if (length > 1 && array[offset] == '{' && array[offset + length - 1] == '}' && hasSchema()) {
            return CodecKind.JSON;
        }
        return length < 0 || isText(array, offset, length) ? CodecKind.TEXT : CodecKind.BYTES;
    }

    private boolean hasSchema() {
        hasSchema = hasSchema || schemas.latest(topic).isPresent();
        return hasSchema;
    }

    private boolean isSchema(int id) {
        return knownSchemas.computeIfAbsent(id, unknown -> {
            try {
                schemas.get(unknown);
                return true;
            } catch (SchemaException e) {
                return false;
            }
        });
    }

    private static boolean isText(byte[] array, int offset, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(array, offset, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
