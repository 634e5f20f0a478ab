package io.mainstem.runtime.transform;

import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.KeyCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes fields of a row as the key of a record has them. One thread. */
final class KeyText {

    private final KeyCodec codec;
    private final EncodeBuffer buffer = new EncodeBuffer();

    private KeyText(KeyCodec codec) {
        this.codec = codec;
    }

    static KeyText of(String path, Schema schema, List<String> fields) throws StepException {
        try {
            return new KeyText(KeyCodec.of(schema, fields));
        } catch (IllegalArgumentException e) {
            throw StepException.at(path, String.valueOf(e.getMessage()));
        }
    }

    String of(Row row) {
        buffer.clear();
        codec.encode(row, buffer);
        return new String(buffer.array(), 0, buffer.length(), StandardCharsets.UTF_8);
    }
}
