package io.mainstem.runtime.compare;

import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.KeyCodec;
import io.mainstem.runtime.codec.UnencodableException;
import io.mainstem.runtime.scan.Key;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the keys of rows, as they are on the log. One thread. */
final class RowKeys {

    /** Why a row without a key is unreadable. */
    static final String WITHOUT = "it has no key";

    private final List<String> fields;
    private final EncodeBuffer buffer = new EncodeBuffer();
    private @Nullable Schema schema;
    private @Nullable KeyCodec codec;

    RowKeys(List<String> fields) {
        this.fields = List.copyOf(fields);
    }

    /** The key of a row; empty when it has none. */
    Optional<Key> of(Row row) {
        buffer.clear();
        try {
            codec(row.schema()).encode(row, buffer);
        } catch (UnencodableException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(new Key(Arrays.copyOf(buffer.array(), buffer.length())));
    }

    @SuppressWarnings("ReferenceEquality") // a schema is shared by its rows: another instance is looked up
    private KeyCodec codec(Schema of) {
        KeyCodec known = codec;
        if (known == null || of != schema) {
            known = KeyCodec.of(of, fields);
            codec = known;
            schema = of;
        }
        return known;
    }
}
