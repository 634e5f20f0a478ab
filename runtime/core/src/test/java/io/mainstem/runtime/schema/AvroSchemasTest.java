package io.mainstem.runtime.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.codec.RandomRows;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class AvroSchemasTest {

    @Test
    void aSchemaComesBackAsItWas() {
        RandomRows random = new RandomRows(RandomRows.newSeed());
        for (int i = 0; i < 500; i++) {
            Schema schema = random.schema();
            String avro = AvroSchemas.write(schema);
            Schema read = AvroSchemas.read(avro);
            assertThat(AvroSchemas.write(read)).isEqualTo(avro);
            assertThat(read.toString()).isEqualTo(schema.toString());
            assertThat(read.name()).isEqualTo(schema.name());
        }
    }

    @Test
    void avrosLibraryTakesEveryTypeAndDefault() {
        RandomRows random = new RandomRows(RandomRows.newSeed());
        for (int i = 0; i < 500; i++) {
            String avro = AvroSchemas.write(random.schema());
            assertThat(new org.apache.avro.Schema.Parser().parse(avro)).isNotNull();
        }
    }

    @Test
    void theTextOfTheOrdersSchemaIsThis() {
        Schema schema = Schema.of(
                "orders",
                Field.required("id", Type.INT64),
                Field.nullable("qty", Type.INT16).withDefault(1L).withDoc("how many"),
                Field.required("price", Type.decimal(10, 2)).withDefault(new BigDecimal("1.00")),
                Field.nullable("created at", Type.TIMESTAMP));
        assertThat(AvroSchemas.write(schema))
                .isEqualTo("{\"type\":\"record\",\"name\":\"orders\",\"fields\":["
                        + "{\"name\":\"id\",\"type\":\"long\"},"
                        + "{\"name\":\"qty\",\"type\":[\"null\",{\"type\":\"int\",\"mainstem.type\":\"int16\"}],"
                        + "\"default\":1,\"doc\":\"how many\"},"
                        + "{\"name\":\"price\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\","
                        + "\"precision\":10,\"scale\":2},\"default\":\"d\"},"
                        + "{\"name\":\"created_at\",\"mainstem.name\":\"created at\",\"type\":[\"null\","
                        + "{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}],\"default\":null}]}");
        assertThat(AvroSchemas.read(AvroSchemas.write(schema))).isEqualTo(schema);
    }

    @Test
    void namesOfOtherAlphabetsStayApart() {
        Schema schema = Schema.of("заказы", Field.required("имя", Type.STRING), Field.required("код", Type.STRING));
        assertThat(AvroSchemas.read(AvroSchemas.write(schema))).isEqualTo(schema);
    }

    @Test
    void twoNamesThatAvroCannotTellApartAreAnError() {
        Schema schema = Schema.of("t", Field.required("a-b", Type.STRING), Field.required("a b", Type.STRING));
        assertThatThrownBy(() -> AvroSchemas.write(schema))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("'a-b'")
                .hasMessageContaining("'a b'")
                .hasMessageContaining("'a_b'");
    }

    @Test
    void structsOfOneNameGetNamesOfTheirOwn() {
        Type point = Type.struct(Schema.of("point", Field.required("x", Type.INT32)));
        Schema schema = Schema.of(
                "a",
                Field.required("b_c", point),
                Field.required("b", Type.struct(Schema.of("s", Field.required("c", point)))),
                Field.required("list", Type.array(point)));
        assertThat(new org.apache.avro.Schema.Parser().parse(AvroSchemas.write(schema)))
                .isNotNull();
        assertThat(AvroSchemas.read(AvroSchemas.write(schema))).isEqualTo(schema);
    }

    @Test
    void aDefaultThatIsNoNumberIsKept() {
        Schema schema = Schema.of("t", Field.required("f", Type.FLOAT64).withDefault(Double.NaN));
        assertThat(AvroSchemas.read(AvroSchemas.write(schema))).isEqualTo(schema);
    }

    @Test
    void whatIsNoSchemaOfARowIsAnError() {
        for (String bad : new String[] {
            "",
            "12",
            "{",
            "{\"type\":\"record\"}",
            "\"string\"",
            "{\"type\":\"record\",\"name\":\"a\",\"fields\":[{\"name\":\"b\",\"type\":[\"string\",\"null\"]}]}",
            "{\"type\":\"record\",\"name\":\"a\",\"fields\":[{\"name\":\"b\",\"type\":\"fixed\"}]}",
            "{\"type\":\"record\",\"name\":\"a\",\"fields\":[{\"name\":\"b\",\"type\":{\"type\":\"bytes\","
                    + "\"logicalType\":\"decimal\"}}]}"
        }) {
            if (bad.equals("{\"type\":\"record\"}")) {
                assertThat(AvroSchemas.read(bad).size()).isZero();
            } else {
                assertThatThrownBy(() -> AvroSchemas.read(bad)).as(bad).isInstanceOf(SchemaException.class);
            }
        }
    }
}
