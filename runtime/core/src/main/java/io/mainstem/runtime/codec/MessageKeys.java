package io.mainstem.runtime.codec;

import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of one topic's records: made of fields of the row, else the connector's. One thread at a time. */
@SuppressWarnings("ReferenceEquality") // a schema is shared by its rows: another instance is looked up
final class MessageKeys {

    private final String topic;
    private final List<String> keyFields;
    private final Schemas schemas;

    private @Nullable Schema writtenSchema;
    private @Nullable KeyCodec writer;
    private @Nullable Schema readSchema;
    private @Nullable KeyCodec reader;

    MessageKeys(String topic, List<String> keyFields, Schemas schemas) {
        this.topic = topic;
        this.keyFields = List.copyOf(keyFields);
        this.schemas = schemas;
    }

    /** Appends a message's key, if it has one. */
    boolean encode(Message message, EncodeBuffer out) {
        Datum key = message.key();
        if (!keyFields.isEmpty() && message.value() instanceof Row row) {
            return writer(row.schema()).encode(row, out);
        }
        if (key == null) {
            checkNoneIsNeeded(message);
            return false;
        }
        if (key instanceof Row row && !keyFields.isEmpty() && hasKeyFields(row.schema())) {
            return writer(row.schema()).encode(row, out);
        }
        KeyCodec.encodeGiven(key, out);
        return true;
    }

    private void checkNoneIsNeeded(Message message) {
        if (message.value() == null) {
            throw new UnencodableException("a delete has no key, so that nobody can tell what was deleted from topic '"
                    + topic + "'; the source must give one");
        }
        if (!keyFields.isEmpty()) {
            throw new UnencodableException("the key of topic '" + topic + "' is made of " + keyFields
                    + ", and this value has no fields and no key of its own");
        }
    }

    private boolean hasKeyFields(Schema schema) {
        for (String field : keyFields) {
            if (schema.indexOf(field) < 0) {
                return false;
            }
        }
        return true;
    }

    private KeyCodec writer(Schema schema) {
        KeyCodec known = writer;
        if (known == null || schema != writtenSchema) {
            known = newWriter(schema);
            writer = known;
            writtenSchema = schema;
        }
        return known;
    }

    private KeyCodec newWriter(Schema schema) {
        try {
            return KeyCodec.of(schema, keyFields);
        } catch (IllegalArgumentException e) {
            throw new SchemaException(
                    "the rows of topic '" + topic + "' cannot have the key " + keyFields + ": " + e.getMessage()
                            + "; name other fields as its key",
                    e);
        }
    }

    /**
     * A record's key: a row when it is known of which fields, else text, or bytes when it is not even that.
     *
     * @param value the record's value, or null
     */
    Datum decode(@Nullable Datum value, byte[] array, int offset, int length) {
        KeyCodec by = reader(value);
        if (by != null) {
            return by.decode(array, offset, length);
        }
        return Utf8.isValid(array, offset, length)
                ? Scalar.text(new String(array, offset, length, StandardCharsets.UTF_8))
                : Scalar.bytes(Arrays.copyOfRange(array, offset, offset + length));
    }

    private @Nullable KeyCodec reader(@Nullable Datum value) {
        if (value instanceof Row row) {
            return reader(row.schema());
        }
        return value == null ? readerOfDeletes() : null;
    }

    private @Nullable KeyCodec reader(Schema schema) {
        if (schema != readSchema) {
            List<String> fields = keyFields.isEmpty()
                    ? schemas.latest(topic).map(Registered::keyFields).orElse(List.of())
                    : keyFields;
            reader = newReader(schema, fields).orElse(null);
            readSchema = schema;
        }
        return reader;
    }

    private static Optional<KeyCodec> newReader(Schema schema, List<String> fields) {
        try {
            return fields.isEmpty() ? Optional.empty() : Optional.of(KeyCodec.of(schema, fields));
        } catch (IllegalArgumentException e) {
            // A row of another make, from before the topic had this key: its key is read as text.
            return Optional.empty();
        }
    }

    /** A delete has no schema: its key is of the fields of the rows around it. */
    private @Nullable KeyCodec readerOfDeletes() {
        if (readSchema == null) {
            Optional<Registered> latest = schemas.latest(topic);
            return latest.isEmpty() ? null : reader(latest.get().schema());
        }
        return reader;
    }
}
