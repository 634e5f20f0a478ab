package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongFunction;

/** The decoders of PostgreSQL's types. */
final class PgDecoders {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    /** PostgreSQL counts from 2000-01-01. */
    private static final int EPOCH_DAYS = 10_957;

    private static final long EPOCH_MICROS = EPOCH_DAYS * 86_400_000_000L;
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final String AS_TEXT = "; read it as text with columns: {NAME: {type: string}}";

    private PgDecoders() {}

    static long longAt(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    static int intAt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    static short shortAt(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset);
    }

    /** The decoder of what a column's expression gives. */
    static FieldDecoder of(ColumnFacts column, Type type) {
        if (type.kind() == Type.Kind.STRING) {
            return TEXT;
        }
        Type natural = PgTypes.typeOf(column);
        FieldDecoder decoder = natural(column, natural);
        return natural.equals(type)
                ? decoder
                : (bytes, offset, length) -> Exact.convert(decoder.value(bytes, offset, length), type);
    }

    private static FieldDecoder natural(ColumnFacts column, Type type) {
        return switch (type.kind()) {
            case BOOLEAN -> number((bytes, offset) -> bytes[offset], value -> value != 0);
            case INT16 -> number((bytes, offset) -> shortAt(bytes, offset), value -> value);
            case INT32 -> number((bytes, offset) -> intAt(bytes, offset), value -> value);
            case INT64 ->
                column.type().equals("oid")
                        ? number((bytes, offset) -> intAt(bytes, offset) & 0xFFFFFFFFL, value -> value)
                        : number((bytes, offset) -> longAt(bytes, offset), value -> value);
            case FLOAT32 -> number((bytes, offset) -> intAt(bytes, offset), value -> Float.intBitsToFloat((int) value));
            case FLOAT64 -> number((bytes, offset) -> longAt(bytes, offset), Double::longBitsToDouble);
            case DECIMAL -> new PgNumericDecoder(type);
            case BYTES -> BYTES;
            case DATE -> number(PgDecoders::date, LocalDate::ofEpochDay);
            case TIME -> number(PgDecoders::time, micros -> LocalTime.ofNanoOfDay(micros * 1_000));
            case TIMESTAMP -> number(PgDecoders::timestamp, PgDecoders::localDateTime);
            case TIMESTAMPTZ -> number(PgDecoders::timestamp, PgDecoders::instant);
            case UUID -> (bytes, offset, length) -> new UUID(longAt(bytes, offset), longAt(bytes, offset + 8));
            case JSON -> column.type().equals("jsonb") ? JSONB : TEXT;
            case ARRAY -> array(natural(column.element(), type.element()));
            default -> TEXT;
        };
    }

    /** Reads the long inside a field. */
    private interface LongDecoder {
        long read(byte[] bytes, int offset) throws UnreadableValueException;
    }

    private static FieldDecoder number(LongDecoder decoder, LongFunction<Object> boxed) {
        return new FieldDecoder() {
            @Override
            public Object value(byte[] bytes, int offset, int length) throws UnreadableValueException {
                return boxed.apply(decoder.read(bytes, offset));
            }

            @Override
            public void into(Row.Builder row, int field, byte[] bytes, int offset, int length)
                    throws UnreadableValueException {
                row.setLong(field, decoder.read(bytes, offset));
            }
        };
    }

    private static long date(byte[] bytes, int offset) throws UnreadableValueException {
        int days = intAt(bytes, offset);
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            throw special(days > 0 ? "infinity" : "-infinity", "date");
        }
        return days + (long) EPOCH_DAYS;
    }

    private static long time(byte[] bytes, int offset) throws UnreadableValueException {
        long micros = longAt(bytes, offset);
        if (micros >= DAY_MICROS) {
            throw special("24:00:00", "time of a day");
        }
        return micros;
    }

    private static long timestamp(byte[] bytes, int offset) throws UnreadableValueException {
        long micros = longAt(bytes, offset);
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            throw special(micros > 0 ? "infinity" : "-infinity", "time");
        }
        if (micros > Long.MAX_VALUE - EPOCH_MICROS) {
            throw unreadable("a time after " + instant(Long.MAX_VALUE), "time that a field holds");
        }
        return micros + EPOCH_MICROS;
    }

    private static UnreadableValueException unreadable(String what, String kind) {
        return new UnreadableValueException(what + " is no " + kind + AS_TEXT);
    }

    /** Of a value that the database writes so. */
    static UnreadableValueException special(String value, String kind) {
        return new UnreadableValueException(value + " is no " + kind + AS_TEXT, Optional.of(value));
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    static LocalDateTime localDateTime(long micros) {
        Instant instant = instant(micros);
        return LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
    }

    private static final FieldDecoder TEXT = new FieldDecoder() {
        @Override
        public Object value(byte[] bytes, int offset, int length) {
            return new String(bytes, offset, length, StandardCharsets.UTF_8);
        }

        @Override
        public void into(Row.Builder row, int field, byte[] bytes, int offset, int length) {
            row.setUtf8(field, bytes, offset, length);
        }
    };

    private static final FieldDecoder BYTES = new FieldDecoder() {
        @Override
        public Object value(byte[] bytes, int offset, int length) {
            return java.util.Arrays.copyOfRange(bytes, offset, offset + length);
        }

        @Override
        public void into(Row.Builder row, int field, byte[] bytes, int offset, int length) {
            row.setUtf8(field, bytes, offset, length);
        }
    };

    /** A byte with the version, then text. */
    private static final FieldDecoder JSONB = new FieldDecoder() {
        @Override
        public Object value(byte[] bytes, int offset, int length) {
            return new String(bytes, offset + 1, length - 1, StandardCharsets.UTF_8);
        }

        @Override
        public void into(Row.Builder row, int field, byte[] bytes, int offset, int length) {
            row.setUtf8(field, bytes, offset + 1, length - 1);
        }
    };

    private static FieldDecoder array(FieldDecoder element) {
        return (bytes, offset, length) -> {
            int dimensions = intAt(bytes, offset);
            if (dimensions > 1) {
                throw unreadable("an array of " + dimensions + " dimensions", "list");
            }
            List<Object> values = new ArrayList<>();
            if (dimensions == 1 && intAt(bytes, offset + 16) != 1) {
                throw unreadable("an array whose first index is " + intAt(bytes, offset + 16) + " and not 1", "list");
            }
            int count = dimensions == 0 ? 0 : intAt(bytes, offset + 12);
            int at = offset + 20;
            for (int i = 0; i < count; i++) {
                int size = intAt(bytes, at);
                at += 4;
                values.add(size < 0 ? null : element.value(bytes, at, size));
                at += Math.max(0, size);
            }
            return values;
        };
    }
}
