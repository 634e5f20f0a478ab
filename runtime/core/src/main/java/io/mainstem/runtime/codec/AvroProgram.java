package io.mainstem.runtime.codec;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.math.BigInteger;

/**
 * A schema compiled into one operation for each field, so that rows go to Avro binary and back in a loop over arrays.
 * One thread at a time: it holds the builder of the rows that are read.
 */
final class AvroProgram {

    static final byte BOOLEAN = 0;
    /** A zigzag varint: Avro's int and long. */
    static final byte VARINT = 1;

    static final byte FLOAT = 2;
    static final byte DOUBLE = 3;
    /** A decimal that a row keeps as a long. */
    static final byte DECIMAL_LONG = 4;

    static final byte DECIMAL_BIG = 5;
    /** A decimal without limits, as text. */
    static final byte DECIMAL_TEXT = 6;

    static final byte TEXT = 7;
    static final byte BYTES = 8;
    static final byte UUID = 9;
    static final byte ARRAY = 10;
    static final byte MAP = 11;
    static final byte STRUCT = 12;

    private static final AvroProgram NONE = new AvroProgram(Schema.of(""));

    final Schema schema;
    final byte[] operations;
    final boolean[] nullable;
    /** The least and the most that the long of a field may be. */
    final long[] min;

    final long[] max;
    /** What a struct's fields, or the elements of an array or a map, are written by. */
    final AvroProgram[] nested;

    final Row.Builder builder;

    private AvroProgram(Schema schema) {
        int size = schema.size();
        this.schema = schema;
        this.operations = new byte[size];
        this.nullable = new boolean[size];
        this.min = new long[size];
        this.max = new long[size];
        this.nested = new AvroProgram[size];
        this.builder = Row.builder(schema);
        for (int i = 0; i < size; i++) {
            Type type = schema.field(i).type();
            operations[i] = operation(type);
            nullable[i] = schema.field(i).isNullable();
            max[i] = max(type);
            min[i] = min(type, max[i]);
            nested[i] = nested(type);
        }
    }

    static AvroProgram of(Schema schema) {
        return new AvroProgram(schema);
    }

    private static AvroProgram nested(Type type) {
        return switch (type.kind()) {
            case STRUCT -> new AvroProgram(type.schema());
            case ARRAY, MAP -> new AvroProgram(Schema.of("element", Field.nullable("element", type.element())));
            default -> NONE;
        };
    }

    private static byte operation(Type type) {
        return switch (type.kind()) {
            case BOOLEAN -> BOOLEAN;
            case INT8, INT16, INT32, INT64, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> VARINT;
            case FLOAT32 -> FLOAT;
            case FLOAT64 -> DOUBLE;
            case DECIMAL -> type.isLong() ? DECIMAL_LONG : type.precision() == 0 ? DECIMAL_TEXT : DECIMAL_BIG;
            case STRING, JSON -> TEXT;
            case BYTES -> BYTES;
            case UUID -> UUID;
            case ARRAY -> ARRAY;
            case MAP -> MAP;
            case STRUCT -> STRUCT;
        };
    }

    private static long max(Type type) {
        return switch (type.kind()) {
            case INT8 -> Byte.MAX_VALUE;
            case INT16 -> Short.MAX_VALUE;
            case INT32, DATE -> Integer.MAX_VALUE;
            case TIME -> 86_400L * power(type.precision()) - 1;
            case DECIMAL -> type.isLong() ? power(type.precision()) - 1 : 0;
            default -> Long.MAX_VALUE;
        };
    }

    private static long min(Type type, long max) {
        return switch (type.kind()) {
            case TIME -> 0;
            case DECIMAL -> -max;
            default -> -max - 1;
        };
    }

    private static long power(int exponent) {
        return BigInteger.TEN.pow(exponent).longValueExact();
    }
}
