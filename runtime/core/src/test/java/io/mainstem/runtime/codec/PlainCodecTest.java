package io.mainstem.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.schema.TemporaryLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PlainCodecTest {

    @RegisterExtension
    final TemporaryLog log = new TemporaryLog();

    private final Schemas schemas = Schemas.open(log);
    private final ValueCodec text = Codecs.value(CodecKind.TEXT, "t", List.of(), schemas);
    private final ValueCodec bytes = Codecs.value(CodecKind.BYTES, "t", List.of(), schemas);

    private static byte[] encode(ValueCodec codec, Datum value) {
        EncodeBuffer out = new EncodeBuffer();
        codec.encode(value, out);
        return Arrays.copyOf(out.array(), out.length());
    }

    @Test
    void textIsUtf8() {
        byte[] bytes = "größer".getBytes(StandardCharsets.UTF_8);
        assertThat(encode(text, Scalar.text("größer"))).isEqualTo(bytes);
        assertThat(text.decode(bytes, 0, bytes.length)).isEqualTo(Scalar.text("größer"));
        assertThat(encode(text, Scalar.int64(5))).containsExactly('5');
        assertThat(encode(bytes(), Scalar.text("a"))).containsExactly('a');
    }

    private ValueCodec bytes() {
        return bytes;
    }

    @Test
    void aRowOfOneTextFieldIsItsText() {
        Schema line = Schema.of("lines", Field.nullable("line", Type.STRING));
        assertThat(encode(text, Row.of(line, "abc"))).containsExactly('a', 'b', 'c');
        assertThatThrownBy(() -> encode(text, Row.of(line, (Object) null))).isInstanceOf(UnencodableException.class);
    }

    @Test
    void otherRowsNeedAnotherCodec() {
        Schema schema = Schema.of("t", Field.required("a", Type.STRING), Field.required("b", Type.STRING));
        assertThatThrownBy(() -> encode(text, Row.of(schema, "a", "b")))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("codec avro or json");
    }

    @Test
    void textThatIsNotUtf8IsUndecodable() {
        assertThatThrownBy(() -> text.decode(new byte[] {(byte) 0xff}, 0, 1)).isInstanceOf(UndecodableException.class);
    }

    @Test
    void bytesAreKept() {
        byte[] array = {9, -1, 0, 9};
        assertThat(bytes.decode(array, 1, 2)).isEqualTo(Scalar.bytes(new byte[] {-1, 0}));
        assertThat(encode(bytes, Scalar.bytes(new byte[] {-1, 0}))).containsExactly(-1, 0);
        Schema blob = Schema.of("t", Field.required("blob", Type.BYTES));
        assertThat(encode(bytes, Row.of(blob, (Object) new byte[] {5}))).containsExactly(5);
    }
}
