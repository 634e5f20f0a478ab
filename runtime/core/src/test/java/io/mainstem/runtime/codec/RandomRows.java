package io.mainstem.runtime.codec;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Schemas with every type, and rows of them, from a seed. */
public final class RandomRows {

    private static final String[] TEXTS = {
        "", "a", "O'Neill", "Ünïcödé", "名前", "😀 smile", "two\nlines\t\"q\" \\ \u0001", "x".repeat(300)
    };
    private static final String[] JSONS = {
        "{}", "[1, 2.50]", "\"t\\u00e9xt\"", "{\"a\": {\"b\" : [null, true]}}", "12", "-0.5e3"
    };

    private final Random random;
    private int names;

    /** From a seed, which is printed so that a failure can be had again. */
    public RandomRows(long seed) {
        System.out.println("seed " + seed);
        random = new Random(seed);
    }

    /** A seed that no run had before. */
    public static long newSeed() {
        return new Random().nextLong();
    }

    public Schema schema() {
        return schema(2);
    }

    private Schema schema(int depth) {
        List<Field> fields = new ArrayList<>();
        int size = 1 + random.nextInt(8);
        for (int i = 0; i < size; i++) {
            fields.add(field(depth));
        }
        return Schema.of(
                random.nextInt(3) == 0 ? "shop.orders " + random.nextInt(3) : "orders" + random.nextInt(3), fields);
    }

    private Field field(int depth) {
        String name = (random.nextInt(4) == 0 ? "größe-" : "field") + names++;
        Type type = type(depth);
        Field field = random.nextBoolean() ? Field.nullable(name, type) : Field.required(name, type);
        if (random.nextInt(4) == 0) {
            field = field.withDoc("what it \"is\"");
        }
        return random.nextInt(4) == 0 ? field.withDefault(defaultValue(type)) : field;
    }

    /** As a row would hold it: a decimal has the type's scale. */
    private Object defaultValue(Type type) {
        return Row.of(Schema.of("d", Field.nullable("d", type)), value(type)).at(0);
    }

    private Type type(int depth) {
        int digits = 3 * (1 + random.nextInt(3));
        int precision = 1 + random.nextInt(40);
        return switch (random.nextInt(depth > 0 ? 19 : 16)) {
            case 0 -> Type.BOOLEAN;
            case 1 -> Type.INT8;
            case 2 -> Type.INT16;
            case 3 -> Type.INT32;
            case 4 -> Type.INT64;
            case 5 -> Type.FLOAT32;
            case 6 -> Type.FLOAT64;
            case 7 -> Type.decimal(precision, random.nextInt(precision + 1));
            case 8 -> Type.DECIMAL;
            case 9 -> Type.BYTES;
            case 10 -> Type.DATE;
            case 11 -> Type.time(digits);
            case 12 -> Type.timestamp(digits);
            case 13 -> Type.timestamptz(digits);
            case 14 -> Type.UUID;
            case 15 -> random.nextBoolean() ? Type.STRING : Type.JSON;
            case 16 -> Type.array(type(depth - 1));
            case 17 -> Type.map(type(depth - 1));
            default -> Type.struct(schema(depth - 1));
        };
    }

    public Row row(Schema schema) {
        Object[] values = new Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            boolean isNull = schema.field(i).isNullable() && random.nextInt(3) == 0;
            values[i] = isNull ? null : value(schema.field(i).type());
        }
        return Row.of(schema, values);
    }

    private Object value(Type type) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT8 -> (long) (byte) random.nextInt();
            case INT16 -> (long) (short) random.nextInt();
            case INT32 -> (long) random.nextInt();
            case INT64 -> edge();
            case FLOAT32 -> random.nextInt(6) == 0 ? Float.NaN : random.nextFloat() * 1e6f;
            case FLOAT64 -> random.nextInt(6) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian() * 1e30;
            case DECIMAL -> decimal(type);
            case STRING -> TEXTS[random.nextInt(TEXTS.length)];
            case JSON -> JSONS[random.nextInt(JSONS.length)];
            case BYTES -> bytes();
            case DATE -> LocalDate.ofEpochDay(random.nextInt(60_000) - 20_000);
            case TIME ->
                LocalTime.ofNanoOfDay((long) (random.nextDouble() * 86_399e9)).truncatedTo(unit(type));
            case TIMESTAMP -> LocalDateTime.ofInstant(instant(type), ZoneOffset.UTC);
            case TIMESTAMPTZ -> instant(type);
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case ARRAY -> list(type.element());
            case MAP -> map(type.element());
            case STRUCT -> row(type.schema());
        };
    }

    private long edge() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt(200) - 100;
            case 2 -> Long.MIN_VALUE;
            default -> Long.MAX_VALUE >> random.nextInt(64);
        };
    }

    private BigDecimal decimal(Type type) {
        int digits = type.precision() == 0 ? 1 + random.nextInt(60) : type.precision();
        int scale = type.precision() == 0 ? random.nextInt(40) : type.scale();
        BigInteger unscaled = new BigInteger(200, random).mod(BigInteger.TEN.pow(1 + random.nextInt(digits)));
        return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private Instant instant(Type type) {
        return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000))
                .truncatedTo(unit(type));
    }

    private static ChronoUnit unit(Type type) {
        return switch (type.precision()) {
            case 3 -> ChronoUnit.MILLIS;
            case 6 -> ChronoUnit.MICROS;
            default -> ChronoUnit.NANOS;
        };
    }

    private List<Object> list(Type element) {
        List<Object> values = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.add(random.nextInt(4) == 0 ? null : element(element));
        }
        return Collections.unmodifiableList(values);
    }

    private Map<String, Object> map(Type element) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.put(TEXTS[random.nextInt(TEXTS.length)], random.nextInt(4) == 0 ? null : element(element));
        }
        return Collections.unmodifiableMap(values);
    }

    /** Byte arrays in lists are not equal by content, so that there is only the one. */
    private Object element(Type element) {
        return element.kind() == Type.Kind.BYTES ? SHARED_BYTES : value(element);
    }

    private static final byte[] SHARED_BYTES = "bytes".getBytes(StandardCharsets.UTF_8);

    /** The row as text that does not depend on the identity of arrays in it. */
    public static String text(Row row) {
        return row.toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
    }

    /** The row with its strings as ranges of one array, as a connector that parses makes it. */
    public static Row withTextInOneArray(Row row) {
        EncodeBuffer out = new EncodeBuffer();
        int[] ends = new int[row.schema().size()];
        for (int i = 0; i < ends.length; i++) {
            if (row.schema().field(i).type().isText() && !row.isNull(i)) {
                out.write(row.stringAt(i).getBytes(StandardCharsets.UTF_8));
            }
            ends[i] = out.length();
        }
        Row.Builder copy = Row.builder(row.schema());
        for (int i = 0; i < ends.length; i++) {
            if (row.schema().field(i).type().isText() && !row.isNull(i)) {
                int start = i == 0 ? 0 : ends[i - 1];
                copy.setUtf8(i, out.array(), start, ends[i] - start);
            } else {
                copy.set(i, row.at(i));
            }
        }
        return copy.build();
    }
}
