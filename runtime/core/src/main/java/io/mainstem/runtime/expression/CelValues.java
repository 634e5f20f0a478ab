package io.mainstem.runtime.expression;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Values of rows as the language has them: its numbers are int and double, its times are moments. */
final class CelValues {

    private CelValues() {}

    static @Nullable Object of(@Nullable Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.doubleValue();
        }
        if (value instanceof Float number) {
            return number.doubleValue();
        }
        if (value instanceof LocalDate date) {
            return date.atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        if (value instanceof LocalDateTime time) {
            return time.toInstant(ZoneOffset.UTC);
        }
        if (value instanceof LocalTime time) {
            return Duration.ofNanos(time.toNanoOfDay());
        }
        if (value instanceof UUID id) {
            return id.toString();
        }
        return value instanceof Row row ? map(row) : nested(value);
    }

    private static @Nullable Object nested(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<@Nullable Object> all = new ArrayList<>(list.size());
            list.forEach(each -> all.add(of(each)));
            return all;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            map.forEach((name, each) -> all.put(String.valueOf(name), of(each)));
            return all;
        }
        return value;
    }

    /** The fields that are not null. */
    static Map<String, Object> map(Row row) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (int i = 0; i < row.schema().size(); i++) {
            Object value = of(row.at(i));
            if (value != null) {
                all.put(row.schema().field(i).name(), value);
            }
        }
        return all;
    }

    static Sort sort(Type type) {
        return switch (type.kind()) {
            case BOOLEAN -> Sort.BOOL;
            case INT8, INT16, INT32, INT64 -> Sort.INT;
            case FLOAT32, FLOAT64, DECIMAL -> Sort.DOUBLE;
            case STRING, JSON, UUID -> Sort.STRING;
            case DATE, TIMESTAMP, TIMESTAMPTZ -> Sort.MOMENT;
            default -> Sort.OTHER;
        };
    }

    /** A field as a moment. */
    static Instant moment(Row row, int index) {
        return switch (row.schema().field(index).type().kind()) {
            case DATE -> Instant.ofEpochSecond(Math.multiplyExact(row.longAt(index), 86_400L));
            default -> row.instantAt(index);
        };
    }
}
