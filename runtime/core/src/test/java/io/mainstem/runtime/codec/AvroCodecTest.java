package io.mainstem.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.schema.IncompatibleSchemaException;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.schema.TemporaryLog;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AvroCodecTest {

    private static final Schema SCHEMA =
            Schema.of("t", Field.required("id", Type.INT64), Field.nullable("name", Type.STRING));

    @RegisterExtension
    final TemporaryLog log = new TemporaryLog();

    private final Schemas schemas = Schemas.open(log);
    private final ValueCodec codec = Codecs.value(CodecKind.AVRO, "t", List.of("id"), schemas);

    private byte[] encode(Row row) {
        EncodeBuffer out = new EncodeBuffer();
        codec.encode(row, out);
        return Arrays.copyOf(out.array(), out.length());
    }

    private Row decode(byte... bytes) {
        return (Row) codec.decode(bytes, 0, bytes.length);
    }

    @Test
    void aValueIsAZeroTheIdAndAvroBinary() {
        schemas.register("other", SCHEMA, List.of());
        assertThat(encode(Row.of(SCHEMA, 3L, "abc"))).containsExactly(0, 0, 0, 0, 1, 6, 2, 6, 'a', 'b', 'c');
        assertThat(encode(Row.of(SCHEMA, -1L, null))).containsExactly(0, 0, 0, 0, 1, 1, 0);
    }

    @Test
    void halfOfACharacterIsNeverWrittenAsAnother() {
        for (String name : List.of("a\uD83D", "\uDE00b", "\uDE00\uD83D")) {
            assertThatThrownBy(() -> encode(Row.of(SCHEMA, 3L, name)))
                    .isInstanceOf(UnencodableException.class)
                    .hasMessageContaining("half of a character");
        }
        Row whole = Row.of(SCHEMA, 3L, "a\uD83D\uDE00?");
        assertThat(decode(encode(whole))).isEqualTo(whole);
        Schema maps = Schema.of("t", Field.required("id", Type.INT64), Field.nullable("map", Type.map(Type.STRING)));
        assertThatThrownBy(() -> encode(Row.of(maps, 3L, java.util.Map.of("\uD83D", "x"))))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("half of a character");
    }

    @Test
    void aValueComesBackFromTheMiddleOfAnArray() {
        byte[] bytes = encode(Row.of(SCHEMA, 3L, "abc"));
        byte[] larger = new byte[bytes.length + 20];
        Arrays.fill(larger, (byte) 7);
        System.arraycopy(bytes, 0, larger, 11, bytes.length);
        assertThat(codec.decode(larger, 11, bytes.length)).isEqualTo(Row.of(SCHEMA, 3L, "abc"));
    }

    @Test
    void rowsOfOneSchemaShareItAndAChangeIsAnotherReference() {
        Schema longer = Schema.of("t", SCHEMA.field(0), SCHEMA.field(1), Field.nullable("qty", Type.INT8));
        byte[] first = encode(Row.of(SCHEMA, 1L, "a"));
        byte[] second = encode(Row.of(longer, 1L, "a", 2L));
        assertThat(decode(first).schema())
                .isSameAs(decode(first).schema())
                .isSameAs(schemas.get(0).schema());
        assertThat(decode(second).schema()).isSameAs(schemas.get(1).schema());
        assertThat(encode(Row.of(SCHEMA, 1L, "a"))).isEqualTo(first);
    }

    @Test
    void textIsNotCopied() {
        byte[] bytes = encode(Row.of(SCHEMA, 3L, "abc"));
        Row row = decode(bytes);
        bytes[bytes.length - 1] = 'X';
        assertThat(row.stringAt(1)).isEqualTo("abX");
    }

    @Test
    void aSchemaThatTheTopicDoesNotTakeStopsTheWriter() {
        encode(Row.of(SCHEMA, 1L, "a"));
        Row other = Row.of(Schema.of("t", Field.required("id", Type.BOOLEAN)), true);
        assertThatThrownBy(() -> encode(other)).isInstanceOf(IncompatibleSchemaException.class);
    }

    @Test
    void manySchemasOfOneTopicDoNotFillTheMemory() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(encode(Row.of(Schema.of("t", SCHEMA.fields()), 1L, "a"))[4])
                    .isZero();
        }
    }

    @Test
    void aScalarHasNoSchema() {
        assertThatThrownBy(() -> codec.encode(Scalar.text("x"), new EncodeBuffer()))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("codec text");
    }

    @Test
    void aNumberThatDoesNotFitItsTypeIsNotWritten() {
        Schema small = Schema.of("t", Field.required("id", Type.INT64), Field.required("qty", Type.INT8));
        Row row = Row.builder(small).setLong(0, 1).setLong(1, 128).build();
        assertThatThrownBy(() -> encode(row))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("'qty'");
    }

    @Test
    void anElementOfAnotherTypeIsNotWritten() {
        Schema tags = Schema.of("t", Field.required("id", Type.INT64), Field.required("tags", Type.array(Type.INT8)));
        assertThatThrownBy(() -> encode(Row.of(tags, 1L, List.of("a")))).isInstanceOf(UnencodableException.class);
        assertThatThrownBy(() -> encode(Row.of(tags, 1L, List.of(128L)))).isInstanceOf(UnencodableException.class);
    }

    @Test
    void aStructOfOtherFieldsIsNotWritten() {
        Schema point = Schema.of("point", Field.required("x", Type.INT32));
        Schema outer = Schema.of("t", Field.required("id", Type.INT64), Field.required("at", Type.struct(point)));
        Row wrong = Row.of(outer, 1L, Row.of(SCHEMA, 1L, "a"));
        assertThatThrownBy(() -> encode(wrong))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("'at'");
        assertThat(decode(encode(Row.of(outer, 1L, Row.of(point, 5L)))))
                .isEqualTo(Row.of(outer, 1L, Row.of(point, 5L)));
    }

    @Test
    void whatIsNoValueSaysWhyAndWhere() {
        encode(Row.of(SCHEMA, 1L, "a"));
        assertUndecodable("has 0 bytes");
        assertUndecodable("begins with 123", '{', '"', 'a', '"', ':', '1', '}');
        assertUndecodable("no schema with the id 9", 0, 0, 0, 0, 9, 2, 0);
        assertUndecodable("ends too early, at byte 6", 0, 0, 0, 0, 0, 2);
        assertUndecodable("1 bytes follow the row's last, at byte 7", 0, 0, 0, 0, 0, 2, 0, 0);
        assertUndecodable("branch 2 of two, at byte 7", 0, 0, 0, 0, 0, 2, 4, 0);
        assertUndecodable("a length is 100", 0, 0, 0, 0, 0, 2, 2, -56, 1, 'a');
        assertUndecodable("a length is -1", 0, 0, 0, 0, 0, 2, 2, 1, 'a');
        assertUndecodable("not UTF-8, at byte 9", 0, 0, 0, 0, 0, 2, 2, 2, 0xff);
        assertUndecodable("more than ten bytes", 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 0);
    }

    private void assertUndecodable(String message, int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            array[i] = (byte) bytes[i];
        }
        assertThatThrownBy(() -> decode(array))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining(message);
    }

    @Test
    void afterABadValueTheNextIsReadAsEver() {
        Schema schema = Schema.of("t", Field.required("id", Type.INT64), Field.nullable("u", Type.UUID));
        Row row = Row.of(schema, 1L, new UUID(1, 2));
        byte[] bytes = encode(row);
        byte[] bad = bytes.clone();
        bad[bad.length - 1] = 'x';
        assertThatThrownBy(() -> decode(bad)).isInstanceOf(UndecodableException.class);
        assertThat(decode(bytes)).isEqualTo(row);
    }

    @Test
    void numbersOutsideOfTheirTypeAreNotRead() {
        Schema decimal = Schema.of("t", SCHEMA.field(0), Field.required("a", Type.decimal(4, 0)));
        byte[] large = encode(Row.of(decimal, 1L, new BigDecimal(9999)));
        large[7] = 0x7f;
        assertThatThrownBy(() -> decode(large))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("'a'");
    }

    @Test
    void damageIsUndecodableOrAnotherRowAndNothingElse() {
        long seed = RandomRows.newSeed();
        RandomRows rows = new RandomRows(seed);
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            Schema schema = rows.schema();
            ValueCodec each = Codecs.value(CodecKind.AVRO, "random" + i, List.of(), schemas);
            EncodeBuffer out = new EncodeBuffer();
            each.encode(rows.row(schema), out);
            for (int k = 0; k < 100; k++) {
                byte[] bytes = Arrays.copyOf(out.array(), out.length());
                int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
                for (int flips = random.nextInt(3); flips > 0 && bytes.length > 5; flips--) {
                    bytes[5 + random.nextInt(bytes.length - 5)] = (byte) random.nextInt();
                }
                readOrRefuse(each, bytes, length);
            }
        }
    }

    private static void readOrRefuse(ValueCodec codec, byte[] bytes, int length) {
        try {
            assertThat(codec.decode(bytes, 0, length).toString()).isNotNull();
        } catch (UndecodableException e) {
            assertThat(e).hasMessageContaining("byte ");
        }
    }
}
