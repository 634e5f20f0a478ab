package io.mainstem.runtime.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Equal values have equal texts, in whatever types two systems keep them; others have not. */
class CanonicalTextTest {

    private static void equal(Type type, Object one, Object other) {
        assertThat(CanonicalText.of(type, one)).isEqualTo(CanonicalText.of(type, other));
    }

    private static void different(Type type, Object one, Object other) {
        assertThat(CanonicalText.of(type, one)).isNotEqualTo(CanonicalText.of(type, other));
    }

    @Test
    void numbersAreEqualByTheirValue() {
        equal(Type.parse("decimal(10,2)"), new BigDecimal("1.50"), new BigDecimal("1.5"));
        equal(Type.parse("decimal(10,2)"), new BigDecimal("100"), 100L);
        equal(Type.INT64, 7L, new BigDecimal("7"));
        equal(Type.INT32, 7L, "7");
        equal(Type.FLOAT64, 0.0, -0.0);
        equal(Type.FLOAT32, 1.1f, 1.1f);
        equal(Type.FLOAT64, 1.5, new BigDecimal("1.50"));
        different(Type.FLOAT64, 1.1, (double) 1.1f);
        different(Type.DECIMAL, new BigDecimal("1.50"), new BigDecimal("1.51"));
    }

    @Test
    void truthsMomentsAndNamesAreEqualInOtherTypes() {
        equal(Type.BOOLEAN, true, 1L);
        equal(Type.BOOLEAN, false, new BigDecimal("0"));
        Instant moment = Instant.parse("2026-02-03T04:05:06.123456Z");
        equal(Type.TIMESTAMPTZ, moment, LocalDateTime.parse("2026-02-03T04:05:06.123456"));
        equal(Type.TIMESTAMP, LocalDateTime.parse("2026-02-03T04:05:06"), "2026-02-03 04:05:06");
        different(Type.TIMESTAMPTZ, moment, moment.plusNanos(1_000));
        UUID id = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
        equal(Type.UUID, id, "01234567-89AB-CDEF-0123-456789ABCDEF");
    }

    @Test
    void documentsAreEqualWithOtherSpacesAndInAnotherOrder() {
        equal(Type.JSON, "{\"b\": [1, 2.50], \"a\": null}", "{\"a\":null,\"b\":[1,2.5]}");
        different(Type.JSON, "{\"a\": [1, 2]}", "{\"a\": [2, 1]}");
        equal(Type.array(Type.INT64), List.of(1L, 2L), "[1, 2]");
        equal(Type.array(Type.BYTES), List.of(new byte[] {1, -2}), "[\"Af4=\"]");
        equal(Type.map(Type.STRING), Map.of("a", "x", "b", "y"), "{\"b\":\"y\",\"a\":\"x\"}");
        Schema schema = Schema.of("point", Field.required("x", Type.INT64), Field.nullable("y", Type.INT64));
        equal(Type.struct(schema), Row.of(schema, 1L, null), "{\"y\":null,\"x\":1}");
        different(Type.JSON, "{\"a\":\"1,b\"}", "{\"a\":\"1\",\"b\":\"\"}");
    }

    @Test
    void whatIsNotOfTheKindHasATextOfItsOwn() {
        equal(Type.INT64, "no number", "no number");
        different(Type.INT64, "no number", 1L);
        different(Type.JSON, "{", "[");
        assertThat(CanonicalText.of(Type.INT64, null)).isNull();
        different(Type.STRING, "1", "1 ");
        different(Type.BYTES, new byte[] {1}, new byte[] {2});
    }
}
