package io.mainstem.runtime.codec;

import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the keys of records. A key has no schema in front, so that a new version of a row's schema never moves
 * a key to another partition: one field is its canonical text in UTF-8, several are a canonical JSON array.
 *
 * <p>One thread at a time.
 */
public final class KeyCodec {

    private static final int[] ALL_OF_ONE = {0};

    private final Schema schema;
    private final int[] indexes;
    private final Row.Builder builder;
    private final JsonReader json = JsonReader.ofTopic();

    private KeyCodec(Schema schema, int[] indexes) {
        this.schema = schema;
        this.indexes = indexes;
        this.builder = Row.builder(schema);
    }

    /**
     * The codec for keys made of fields of a row.
     *
     * @param keyFields names of fields, in the order in which they make up the key; none means records without keys
     * @throws IllegalArgumentException when the schema has no such field, or it cannot be (part of) a key
     */
    public static KeyCodec of(Schema valueSchema, List<String> keyFields) {
        int[] indexes = new int[keyFields.size()];
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = valueSchema.indexOf(keyFields.get(i));
            if (indexes[i] < 0) {
                throw new IllegalArgumentException("the key field '" + keyFields.get(i) + "' is not in " + valueSchema);
            }
            fields.add(keyField(valueSchema.field(indexes[i])));
        }
        return new KeyCodec(Schema.of(valueSchema.name(), fields), indexes);
    }

    private static Field keyField(Field field) {
        if (!ScalarText.hasText(field.type())) {
            throw new IllegalArgumentException(
                    "the field '" + field.name() + "' cannot be a key: it is a " + field.type());
        }
        return Field.required(field.name(), field.type());
    }

    /** The key's fields: what {@link #decode} gives rows of. */
    public Schema schema() {
        return schema;
    }

    /**
     * Appends the key of a row.
     *
     * @return false, and nothing appended, when there are no key fields
     * @throws UnencodableException when a key field is null; the message names it
     */
    public boolean encode(Row value, EncodeBuffer out) {
        if (indexes.length == 0) {
            return false;
        }
        write(value, indexes, out);
        return true;
    }

    /**
     * Appends a key that a connector gave: a scalar as its text, a row as its fields in order.
     *
     * @throws UnencodableException when a field is null
     */
    public static void encodeGiven(Datum key, EncodeBuffer out) {
        if (key instanceof Row row) {
            write(row, allOf(row.schema()), out);
        } else if (key instanceof Scalar scalar) {
            writeScalar(scalar.type(), scalar.value(), out);
        }
    }

    private static int[] allOf(Schema schema) {
        if (schema.size() == 1) {
            return ALL_OF_ONE;
        }
        int[] all = new int[schema.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        return all;
    }

    private static void write(Row row, int[] indexes, EncodeBuffer out) {
        for (int index : indexes) {
            if (row.isNull(index)) {
                throw new UnencodableException(
                        "the key field '" + row.schema().field(index).name()
                                + "' is null; a record's key needs a value in each of its fields");
            }
        }
        try {
            if (indexes.length == 1) {
                writeOne(row, indexes[0], out);
            } else {
                writeSeveral(row, indexes, out);
            }
        } catch (IllegalArgumentException e) {
            throw new UnencodableException("the key cannot be written: " + e.getMessage(), e);
        }
    }

    private static void writeOne(Row row, int index, EncodeBuffer out) {
        Type type = row.schema().field(index).type();
        switch (type.kind()) {
            case INT8, INT16, INT32, INT64 -> JsonWriter.writeLong(row.longAt(index), out);
            case STRING, JSON -> {
                byte[] array = out.reserve(row.utf8Length(index));
                out.setLength(out.length() + row.copyUtf8(index, array, out.length()));
            }
            default -> writeScalar(type, row.at(index), out);
        }
    }

    private static void writeScalar(Type type, @Nullable Object value, EncodeBuffer out) {
        if (value instanceof byte[] bytes) {
            out.write(bytes);
        } else if (value != null) {
            out.write(Utf8.of(ScalarText.of(type, value)));
        }
    }

    private static void writeSeveral(Row row, int[] indexes, EncodeBuffer out) {
        out.writeByte('[');
        for (int i = 0; i < indexes.length; i++) {
            if (i > 0) {
                out.writeByte(',');
            }
            JsonWriter.writeField(row, indexes[i], out);
        }
        out.writeByte(']');
    }

    /**
     * Reads a key into a row of exactly the key fields. It may point into the array.
     *
     * @throws UndecodableException when the bytes are not such a key
     */
    public Row decode(byte[] array, int offset, int length) {
        if (indexes.length != 1) {
            return json.readArray(schema, array, offset, length);
        }
        Type type = schema.field(0).type();
        if (type.kind() != Type.Kind.BYTES && !Utf8.isValid(array, offset, length)) {
            throw new UndecodableException("the key is not text in UTF-8, somewhere after byte 0");
        }
        if (type.isText() || type.kind() == Type.Kind.BYTES) {
            return builder.setUtf8(0, array, offset, length).build();
        }
        return decodeText(type, new String(array, offset, length, StandardCharsets.UTF_8));
    }

    private Row decodeText(Type type, String text) {
        try {
            return builder.set(0, ScalarText.parse(type, text)).build();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UndecodableException("the key is wrong: " + e.getMessage() + ", at byte 0", e);
        }
    }
}
