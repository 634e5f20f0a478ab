package io.mainstem.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.schema.TemporaryLog;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JsonCodecTest {

    @RegisterExtension
    final TemporaryLog log = new TemporaryLog();

    private final Schemas schemas = Schemas.open(log);
    private final ValueCodec codec = codec("t");

    private ValueCodec codec(String topic) {
        return Codecs.value(CodecKind.JSON, topic, List.of(), schemas);
    }

    private static String encode(ValueCodec codec, Datum value) {
        EncodeBuffer out = new EncodeBuffer();
        codec.encode(value, out);
        return new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
    }

    private Datum decode(String json) {
        return decode(codec, json);
    }

    private static Datum decode(ValueCodec codec, String json) {
        byte[] bytes = ("  " + json + "]]").getBytes(StandardCharsets.UTF_8);
        return codec.decode(bytes, 2, bytes.length - 4);
    }

    @Test
    void halfOfACharacterIsNeverWrittenAsAnother() {
        Schema schema =
                Schema.of("t", Field.nullable("name", Type.STRING), Field.nullable("all", Type.array(Type.STRING)));
        assertThatThrownBy(() -> encode(codec, Row.of(schema, "a\uD83D", null)))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("half of a character");
        assertThatThrownBy(() -> encode(codec, Row.of(schema, null, List.of("\uDE00"))))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("half of a character");
        assertThat(encode(codec, Row.of(schema, "a\uD83D\uDE00", null))).contains("a\uD83D\uDE00");
    }

    @Test
    void everyRowComesBackAsItWas() throws IOException {
        RandomRows random = new RandomRows(RandomRows.newSeed());
        for (int i = 0; i < 100; i++) {
            Schema schema = random.schema();
            ValueCodec each = codec("random" + i);
            for (int k = 0; k < 10; k++) {
                Row row = random.row(schema);
                String json = encode(each, row);
                assertThat(new ObjectMapper().readTree(json).isObject()).isTrue();
                assertThat(encode(each, decode(each, json))).isEqualTo(json);
                assertThat(RandomRows.text((Row) decode(each, json))).isEqualTo(RandomRows.text(row));
                assertThat(encode(each, RandomRows.withTextInOneArray(row))).isEqualTo(json);
            }
        }
    }

    @Test
    void aRowIsAnObjectOfPlainValues() {
        Schema schema = Schema.of(
                "t",
                Field.required("id", Type.INT64),
                Field.required("name", Type.STRING),
                Field.required("price", Type.decimal(10, 2)),
                Field.required("day", Type.DATE),
                Field.required("at", Type.TIMESTAMPTZ),
                Field.required("raw", Type.BYTES),
                Field.required("more", Type.JSON),
                Field.required("ratio", Type.FLOAT64),
                Field.nullable("none", Type.STRING));
        Row row = Row.of(
                schema,
                Long.MIN_VALUE,
                "a \"b\"\n",
                new BigDecimal("1.50"),
                LocalDate.of(2024, 2, 29),
                Instant.parse("2024-02-29T12:00:00.5Z"),
                new byte[] {1, 2, 3},
                "{\"a\": 1.0}",
                Double.NaN,
                null);
        assertThat(encode(codec, row))
                .isEqualTo("{\"id\":-9223372036854775808,\"name\":\"a \\\"b\\\"\\n\",\"price\":1.50,"
                        + "\"day\":\"2024-02-29\",\"at\":\"2024-02-29T12:00:00.500Z\",\"raw\":\"AQID\","
                        + "\"more\":{\"a\": 1.0},\"ratio\":\"NaN\",\"none\":null}");
    }

    @Test
    void numbersAreWrittenInFull() {
        Schema schema = Schema.of("t", Field.required("n", Type.INT64));
        for (long n : new long[] {0, 7, -7, 10, 99, 100, -100, 12345678901L, Long.MAX_VALUE, -Long.MAX_VALUE}) {
            assertThat(encode(codec, Row.of(schema, n))).isEqualTo("{\"n\":" + n + "}");
        }
    }

    @Test
    void theFirstObjectPinsItsSchema() {
        Row row = (Row) decode("{\"id\":1,\"x\":1.5,\"ok\":true,\"s\":\"2024-01-01\",\"tags\":[\"a\",null],"
                + "\"at\":{\"lat\":1.0,\"n\":null},\"mixed\":[1,\"a\"],\"empty\":[],\"none\":null}");
        assertThat(row.schema().toString())
                .isEqualTo("{id int64, x decimal, ok boolean, s string, tags array<string>, at struct{lat decimal}, "
                        + "mixed array<json>, empty json}");
        assertThat(row.at("empty")).isEqualTo("[]");
        assertThat(row.at("mixed")).isEqualTo(List.of("1", "\"a\""));
        assertThat(schemas.latest("t").orElseThrow().schema()).isSameAs(row.schema());
        assertThat(((Row) decode("{\"x\":2,\"id\":null}")).schema()).isSameAs(row.schema());
    }

    @Test
    void aFieldThatIsNewExtendsTheSchema() {
        decode("{\"id\":1,\"in\":{\"a\":1}}");
        Row row = (Row) decode("{\"id\":1,\"in\":{\"b\":\"x\"},\"more\":true}");
        assertThat(row.schema().toString()).isEqualTo("{id int64, in struct{a int64, b string}, more boolean}");
        assertThat(row.at("in")).hasToString("{a=null, b=x}");
        assertThat(schemas.latest("t").orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void twoReadersThatMeetNewFieldsAgreeInTheEnd() {
        ValueCodec other = codec("t");
        decode("{\"a\":1}");
        decode(other, "{\"a\":1}");
        decode("{\"a\":1,\"b\":1}");
        Row row = (Row) decode(other, "{\"a\":1,\"c\":1}");
        assertThat(row.schema().toString()).isEqualTo("{a int64, b int64, c int64}");
        assertThat(((Row) decode("{\"c\":2}")).schema()).isSameAs(row.schema());
    }

    @Test
    void theSchemaOfWrittenRowsIsTheOneTheyAreReadBy() {
        Schema schema = Schema.of(
                "t",
                Field.required("d", Type.DATE),
                Field.required("n", Type.INT16).withDefault(4L));
        encode(codec, Row.of(schema, LocalDate.EPOCH, 1L));
        assertThat(decode("{\"d\":\"2024-01-01\"}")).isEqualTo(Row.of(schema, LocalDate.of(2024, 1, 1), 4L));
        assertThat(decode("{\"d\":\"2024-01-01\"}").type()).isEqualTo(Type.struct(schema));
    }

    @Test
    void aSchemaThatAnotherWriterWidenedIsTaken() {
        ValueCodec writer = codec("t");
        encode(writer, Row.of(Schema.of("t", Field.required("n", Type.INT16)), 1L));
        decode("{\"n\":1}");
        encode(writer, Row.of(Schema.of("t", Field.required("n", Type.INT64)), 1L));
        assertThat(((Row) decode("{\"n\":100000}")).longAt(0)).isEqualTo(100_000);
    }

    @Test
    void valuesWithoutFieldsAreScalars() {
        assertThat(decode("\"a\"")).isEqualTo(Scalar.text("a"));
        assertThat(decode("12")).isEqualTo(Scalar.int64(12));
        assertThat(decode("1.50")).isEqualTo(Scalar.of(Type.DECIMAL, new BigDecimal("1.50")));
        assertThat(decode("true")).isEqualTo(Scalar.of(Type.BOOLEAN, true));
        assertThat(decode("[1, 2]")).isEqualTo(Scalar.of(Type.JSON, "[1, 2]"));
        assertThat(encode(codec, Scalar.text("a"))).isEqualTo("\"a\"");
    }

    @Test
    void whatDoesNotFitSaysWhyAndWhere() {
        Schema schema = Schema.of(
                "t",
                Field.required("id", Type.INT8),
                Field.nullable("d", Type.decimal(4, 2)),
                Field.nullable("at", Type.TIMESTAMP),
                Field.nullable("raw", Type.BYTES),
                Field.nullable("in", Type.array(Type.INT8)));
        encode(codec, Row.of(schema, 1L, null, null, null, null));
        assertUndecodable("", "empty");
        assertUndecodable("null", "empty or null");
        assertUndecodable("{", "not JSON");
        assertUndecodable("{} {}", "field 'id' has no value");
        assertUndecodable("{\"id\":1} 2", "text follows the value");
        assertUndecodable("{\"id\":128}", "128 does not fit int8, at byte 6");
        assertUndecodable("{\"id\":1.5}", "'1.5' is not of type int8");
        assertUndecodable("{\"id\":99999999999999999999}", "field 'id'");
        assertUndecodable("{\"id\":{\"a\":1}}", "an object is not of type int8");
        assertUndecodable("{\"id\":1,\"d\":1.234}", "more than 2 digits behind the point");
        assertUndecodable("{\"id\":1,\"d\":123.4}", "more digits than decimal(4,2)");
        assertUndecodable("{\"id\":1,\"d\":1e999999999}", "more than 200000 digits");
        assertUndecodable("{\"id\":1,\"at\":\"yesterday\"}", "'yesterday' is not of type timestamp");
        assertUndecodable("{\"id\":1,\"raw\":\"%\"}", "field 'raw'");
        assertUndecodable("{\"id\":1,\"in\":[1,1000]}", "1000 does not fit int8");
        assertUndecodable("{\"id\":1,\"in\":[1", "not JSON");
        assertUndecodable("{\"id\":1,\"\":1}", "a field needs a name");
        assertUndecodable("[".repeat(5_000), "not JSON");
    }

    private void assertUndecodable(String json, String message) {
        assertThatThrownBy(() -> decode(json))
                .as(json)
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("at byte");
    }

    @Test
    void anObjectWhoseNamesAreDataIsRefused() {
        StringBuilder json = new StringBuilder("{\"f\":0");
        for (int i = 0; i < JsonInference.FIELDS_MAX; i++) {
            json.append(",\"f").append(i).append("\":1");
        }
        assertUndecodable(json.append('}').toString(), "are its names data?");
    }

    @Test
    void aJsonFieldThatIsNoJsonIsNotWritten() {
        Schema schema = Schema.of("t", Field.required("j", Type.JSON));
        for (String bad : new String[] {"", "{", "1 2", "x"}) {
            assertThatThrownBy(() -> encode(codec, Row.of(schema, bad))).isInstanceOf(UnencodableException.class);
        }
    }

    @Test
    void damageIsUndecodableOrAnotherValueAndNothingElse() {
        long seed = RandomRows.newSeed();
        RandomRows rows = new RandomRows(seed);
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < 100; i++) {
            ValueCodec each = codec("damaged" + i);
            byte[] bytes = encode(each, rows.row(rows.schema())).getBytes(StandardCharsets.UTF_8);
            for (int k = 0; k < 30; k++) {
                byte[] bad = Arrays.copyOf(bytes, bytes.length - random.nextInt(2));
                bad[random.nextInt(bad.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : "{}[],:\"0e.".charAt(random.nextInt(10)));
                readOrRefuse(each, bad);
            }
        }
    }

    private static void readOrRefuse(ValueCodec codec, byte[] bytes) {
        try {
            assertThat(codec.decode(bytes, 0, bytes.length).toString()).isNotNull();
        } catch (UndecodableException e) {
            assertThat(e).hasMessageContaining("byte ");
        }
    }
}
