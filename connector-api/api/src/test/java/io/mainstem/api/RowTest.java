package io.mainstem.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RowTest {

    private static final Schema ORDER = Schema.of(
            "order",
            Field.required("id", Type.INT64),
            Field.nullable("customer", Type.STRING),
            Field.nullable("price", Type.decimal(10, 2)),
            Field.nullable("at", Type.TIMESTAMP));

    @Test
    void everyTypeGivesBackTheObjectThatWasSet() {
        Schema nested = Schema.of("nested", Field.required("x", Type.INT32));
        List<Type> types = List.of(
                Type.BOOLEAN,
                Type.INT8,
                Type.INT16,
                Type.INT32,
                Type.INT64,
                Type.FLOAT32,
                Type.FLOAT64,
                Type.DECIMAL,
                Type.decimal(18, 3),
                Type.decimal(30, 3),
                Type.STRING,
                Type.BYTES,
                Type.DATE,
                Type.time(3),
                Type.TIME,
                Type.time(9),
                Type.timestamp(3),
                Type.TIMESTAMP,
                Type.timestamp(9),
                Type.timestamptz(3),
                Type.TIMESTAMPTZ,
                Type.timestamptz(9),
                Type.UUID,
                Type.JSON,
                Type.array(Type.INT64),
                Type.map(Type.STRING),
                Type.struct(nested));
        Object[] values = {
            true,
            -128L,
            32_767L,
            Integer.MIN_VALUE + 0L,
            Long.MAX_VALUE,
            1.5f,
            -0.1,
            new BigDecimal("1E+40"),
            new BigDecimal("-123.450"),
            new BigDecimal("123456789012345678901234.567"),
            "naïve",
            new byte[] {1, 2},
            LocalDate.of(-44, 3, 15),
            LocalTime.of(1, 2, 3, 4_000_000),
            LocalTime.of(23, 59, 59, 999_999_000),
            LocalTime.of(0, 0, 0, 1),
            LocalDateTime.of(1600, 2, 29, 0, 0, 0, 1_000_000),
            LocalDateTime.of(2024, 2, 29, 12, 0, 0, 1_000),
            LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_999),
            Instant.parse("1969-12-31T23:59:59.999Z"),
            Instant.parse("2024-01-01T00:00:00.000001Z"),
            Instant.parse("2024-01-01T00:00:00.000000001Z"),
            new UUID(1, 2),
            "{\"a\":1}",
            List.of(1L, 2L),
            Map.of("a", "b"),
            Row.of(nested, 7)
        };
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            fields.add(Field.nullable("f" + i, types.get(i)));
        }
        Row row = Row.of(Schema.of("all", fields), values);
        for (int i = 0; i < values.length; i++) {
            assertThat(row.at(i)).as(types.get(i).toString()).isEqualTo(values[i]);
        }
        assertThat(row).isEqualTo(Row.of(row.schema(), values)).hasSameHashCodeAs(Row.of(row.schema(), values));
    }

    @Test
    void moreThan64FieldsKeepTheirNulls() {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            fields.add(Field.nullable("f" + i, Type.INT64));
        }
        Row.Builder builder = Row.builder(Schema.of("wide", fields));
        for (int i = 0; i < 200; i += 3) {
            builder.setLong(i, i);
        }
        Row row = builder.build();
        for (int i = 0; i < 200; i++) {
            assertThat(row.isNull(i)).isEqualTo(i % 3 != 0);
        }
    }

    @Test
    void textIsARangeOfASharedArrayUntilItIsAskedFor() {
        byte[] line = "1,Zoë,2.50".getBytes(StandardCharsets.UTF_8);
        Row row = Row.builder(ORDER)
                .setLong(0, 1)
                .setUtf8(1, line, 2, 4)
                .setLong(2, 250)
                .build();
        assertThat(row.stringAt(1)).isEqualTo("Zoë");
        assertThat(row.utf8Length(1)).isEqualTo(4);
        byte[] target = new byte[6];
        assertThat(row.copyUtf8(1, target, 2)).isEqualTo(4);
        assertThat(new String(target, 2, 4, StandardCharsets.UTF_8)).isEqualTo("Zoë");
        assertThat(row.decimalAt(2)).isEqualTo("2.50");
        Row own = row.detached();
        line[2] = 'B';
        assertThat(own.stringAt(1)).isEqualTo("Zoë");
    }

    @Test
    void textOfASecondArrayIsCopied() {
        Schema two = Schema.of("two", Field.nullable("a", Type.STRING), Field.nullable("b", Type.BYTES));
        byte[] second = {4, 5, 6};
        Row row = Row.builder(two)
                .setUtf8(0, new byte[] {'x'}, 0, 1)
                .setUtf8(1, second, 1, 2)
                .build();
        second[1] = 9;
        assertThat(row.bytesAt(1)).containsExactly(5, 6);
        assertThat(row.utf8Length(1)).isEqualTo(2);
    }

    @Test
    void aFieldThatIsSetAgainForgetsWhatItWas() {
        Row.Builder builder = Row.builder(ORDER).setLong(0, 1).setString(1, "object");
        builder.setUtf8(1, new byte[] {'r'}, 0, 1);
        assertThat(builder.build().stringAt(1)).isEqualTo("r");
        builder.setLong(0, 1).setString(1, "object").setNull(1);
        assertThat(builder.build().isNull(1)).isTrue();
    }

    @Test
    void aBuilderStartsAfreshAfterEachRow() {
        Row.Builder builder = Row.builder(ORDER);
        builder.setLong(0, 1).setString(1, "a").build();
        assertThat(builder.setLong(0, 2).build().isNull(1)).isTrue();
    }

    @Test
    void aMissingValueIsNamed() {
        assertThatThrownBy(() -> Row.builder(ORDER).setString(1, "a").build())
                .hasMessage("field 'id' has no value and may not be null");
    }

    @Test
    void aDecimalThatDoesNotFitIsRefusedNotRounded() {
        assertThatThrownBy(() -> Row.builder(ORDER).setDecimal(2, new BigDecimal("1.005")))
                .hasMessageContaining("'price'")
                .hasMessageContaining("decimal(10,2)");
        assertThatThrownBy(() -> Row.builder(ORDER).setDecimal(2, new BigDecimal("123456789.00")))
                .hasMessageContaining("more digits");
    }

    @Test
    void anIntegerThatDoesNotFitIsRefusedNotCut() {
        Schema small = Schema.of("small", Field.required("n", Type.INT8));
        assertThatThrownBy(() -> Row.of(small, 128)).hasMessageContaining("128 does not fit int8");
        assertThat(Row.of(small, (byte) -128).longAt(0)).isEqualTo(-128);
    }

    @Test
    void aValueOfAnotherTypeIsRefused() {
        assertThatThrownBy(() -> Row.of(ORDER, "1", null, null, null)).hasMessageContaining("'id'");
        assertThatThrownBy(() -> Row.builder(ORDER).setLong(1, 5)).hasMessageContaining("'customer'");
    }
}
