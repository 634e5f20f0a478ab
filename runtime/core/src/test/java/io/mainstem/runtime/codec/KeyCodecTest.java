package io.mainstem.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyCodecTest {

    private static final Schema SCHEMA = Schema.of(
            "orders",
            Field.required("id", Type.INT64),
            Field.nullable("country", Type.STRING),
            Field.nullable("price", Type.decimal(10, 2)));

    private static String text(EncodeBuffer out) {
        return new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
    }

    private static String encode(Row row, String... fields) {
        EncodeBuffer out = new EncodeBuffer();
        assertThat(KeyCodec.of(row.schema(), List.of(fields)).encode(row, out)).isEqualTo(fields.length > 0);
        return text(out);
    }

    private static String given(Datum key) {
        EncodeBuffer out = new EncodeBuffer();
        KeyCodec.encodeGiven(key, out);
        return text(out);
    }

    @Test
    void oneFieldIsItsText() {
        Row row = Row.of(SCHEMA, -42L, "DE", new BigDecimal("1.50"));
        assertThat(encode(row, "id")).isEqualTo("-42");
        assertThat(encode(row, "country")).isEqualTo("DE");
        assertThat(encode(row, "price")).isEqualTo("1.50");
        assertThat(encode(row)).isEmpty();
    }

    @Test
    void severalFieldsAreAnArrayInTheOrderDeclared() {
        Row row = Row.of(SCHEMA, 7L, "a\"b", new BigDecimal("1.50"));
        assertThat(encode(row, "country", "id")).isEqualTo("[\"a\\\"b\",7]");
        assertThat(encode(row, "id", "price")).isEqualTo("[7,1.50]");
    }

    @Test
    void aKeyFieldThatIsNullIsNamed() {
        Row row = Row.of(SCHEMA, 7L, null, null);
        assertThatThrownBy(() -> encode(row, "id", "country"))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("'country' is null");
    }

    @Test
    void aFieldThatCannotBeAKeyIsNamed() {
        Schema schema = Schema.of("t", Field.required("tags", Type.array(Type.STRING)));
        assertThatThrownBy(() -> KeyCodec.of(schema, List.of("tags"))).hasMessageContaining("'tags' cannot be a key");
        assertThatThrownBy(() -> KeyCodec.of(schema, List.of("nr"))).hasMessageContaining("'nr' is not in");
    }

    @Test
    void aKeyComesBackTypedAndWithExactlyItsFields() {
        Row row = Row.of(SCHEMA, 7L, "DE", new BigDecimal("1.50"));
        KeyCodec codec = KeyCodec.of(SCHEMA, List.of("price", "id"));
        EncodeBuffer out = new EncodeBuffer();
        codec.encode(row, out);
        Row key = codec.decode(out.array(), 0, out.length());
        assertThat(key).isEqualTo(Row.of(codec.schema(), new BigDecimal("1.50"), 7L));
        assertThat(codec.schema().toString()).isEqualTo("{price decimal(10,2) not null, id int64 not null}");
    }

    @Test
    void keysOfEveryTypeComeBack() {
        Schema schema = Schema.of(
                "t",
                Field.required("a", Type.BOOLEAN),
                Field.required("b", Type.INT8),
                Field.required("c", Type.FLOAT64),
                Field.required("d", Type.DECIMAL),
                Field.required("e", Type.STRING),
                Field.required("f", Type.BYTES),
                Field.required("g", Type.DATE),
                Field.required("h", Type.TIME),
                Field.required("i", Type.TIMESTAMP),
                Field.required("j", Type.TIMESTAMPTZ),
                Field.required("k", Type.UUID));
        Row row = Row.of(
                schema,
                true,
                -5L,
                1.25,
                new BigDecimal("1E+5"),
                "x 😀",
                new byte[] {-1, 0},
                LocalDate.EPOCH,
                LocalTime.of(1, 0),
                LocalDateTime.of(2024, 1, 1, 0, 0),
                Instant.EPOCH,
                new UUID(1, 2));
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.field(i).name();
            assertThat(roundTrip(row, List.of(name)).at(0)).isEqualTo(plain(row.at(i)));
            assertThat(roundTrip(row, List.of("a", name.equals("a") ? "b" : name))
                            .at(0))
                    .isEqualTo(true);
        }
        List<String> all = schema.fields().stream().map(Field::name).toList();
        assertThat(roundTrip(row, all).at("f")).isEqualTo(new byte[] {-1, 0});
    }

    private static Object plain(Object value) {
        return value instanceof BigDecimal decimal ? new BigDecimal(decimal.toPlainString()) : value;
    }

    private static Row roundTrip(Row row, List<String> fields) {
        KeyCodec codec = KeyCodec.of(row.schema(), fields);
        EncodeBuffer out = new EncodeBuffer();
        codec.encode(row, out);
        return codec.decode(out.array(), 0, out.length());
    }

    @Test
    void aGivenKeyLooksLikeOneMadeOfFields() {
        assertThat(given(Scalar.int64(42))).isEqualTo("42");
        assertThat(given(Scalar.text("a b"))).isEqualTo("a b");
        Row row = Row.of(SCHEMA, 7L, "DE", new BigDecimal("1.50"));
        assertThat(given(row)).isEqualTo(encode(row, "id", "country", "price"));
        Schema one = Schema.of("k", Field.required("id", Type.INT32));
        assertThat(given(Row.of(one, 7L))).isEqualTo("7");
        assertThatThrownBy(() -> given(Row.of(SCHEMA, 7L, "DE", null))).hasMessageContaining("'price' is null");
    }

    @Test
    void whatIsNoKeySaysWhy() {
        assertUndecodable("x", "'x' is not of type int64", "id");
        assertUndecodable("", "'' is not of type int64", "id");
        assertUndecodable("\u00ff", "not text in UTF-8", "country");
        assertUndecodable("7", "a value stands where an array should be", "id", "country");
        assertUndecodable("[7]", "the array has 1 values for 2 fields", "id", "country");
        assertUndecodable("[7,\"a\",1]", "a value stands where the end of an array should be", "id", "country");
        assertUndecodable("[7,null]", "'country' has no value", "id", "country");
    }

    private static void assertUndecodable(String latin1, String message, String... fields) {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        KeyCodec codec = KeyCodec.of(SCHEMA, List.of(fields));
        assertThatThrownBy(() -> codec.decode(bytes, 0, bytes.length))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining(message);
    }
}
