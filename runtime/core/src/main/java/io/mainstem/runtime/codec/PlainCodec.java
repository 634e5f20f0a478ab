package io.mainstem.runtime.codec;

import io.mainstem.api.Datum;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text or bytes as they are: the codecs without a schema. */
final class PlainCodec implements ValueCodec {

    private final String topic;
    private final Type type;

    private PlainCodec(String topic, Type type) {
        this.topic = topic;
        this.type = type;
    }

    static PlainCodec text(String topic) {
        return new PlainCodec(topic, Type.STRING);
    }

    static PlainCodec bytes(String topic) {
        return new PlainCodec(topic, Type.BYTES);
    }

    @Override
    public void encode(Datum value, EncodeBuffer out) {
        if (value instanceof Scalar scalar) {
            encodeScalar(scalar, out);
        } else if (value instanceof Row row && isOne(row)) {
            out.write(type.equals(Type.BYTES) ? row.bytesAt(0) : Utf8.of(row.stringAt(0)));
        } else {
            throw new UnencodableException("topic '" + topic + "' takes " + type
                    + ", or rows of one field of that type " + "that is not null, and this value is " + value.type()
                    + "; give the topic the codec avro or json");
        }
    }

    private boolean isOne(Row row) {
        return row.schema().size() == 1 && row.schema().field(0).type().equals(type) && !row.isNull(0);
    }

    private static void encodeScalar(Scalar scalar, EncodeBuffer out) {
        if (scalar.value() instanceof byte[] bytes) {
            out.write(bytes);
        } else {
            out.write(Utf8.of(ScalarText.of(scalar)));
        }
    }

    @Override
    public Datum decode(byte[] array, int offset, int length) {
        if (type.equals(Type.BYTES)) {
            return Scalar.bytes(Arrays.copyOfRange(array, offset, offset + length));
        }
        if (!Utf8.isValid(array, offset, length)) {
            throw new UndecodableException("the value is not text in UTF-8, somewhere after byte 0");
        }
        return Scalar.text(new String(array, offset, length, StandardCharsets.UTF_8));
    }
}
