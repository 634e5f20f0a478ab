package io.mainstem.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values for the fields of a {@link Schema}. Immutable; made by a {@link Builder}.
 *
 * <p>A row is made to be cheap: numbers, dates and times are longs, and text may be a range of a larger array of UTF-8
 * that many rows share, turned into a {@link String} only when somebody asks for one. A row that is kept for long should
 * therefore be {@link #detached()}.
 */
public final class Row implements Datum {

    private static final byte[] NO_BYTES = new byte[0];

    private final Schema schema;
    /** One slot for each field (a number, or offset and length of text), then one bit for each that is null. */
    private final long[] slots;
    /** Values that are objects; absent when no field has one. */
    private final Object @Nullable [] objects;
    /** The array that holds the text of this row, and of others. */
    private final byte[] text;

    private Row(Schema schema, long[] slots, Object @Nullable [] objects, byte[] text) {
        this.schema = schema;
        this.slots = slots;
        this.objects = objects;
        this.text = text;
    }

    /** A builder for rows of a schema; use it for many. */
    public static Builder builder(Schema schema) {
        return new Builder(schema);
    }

    /**
     * A row of objects, for tests and small data.
     *
     * @param values for each field null or a value of the class that {@link Type.Kind} names; integers may be any
     *     {@link Number} class of integers
     */
    public static Row of(Schema schema, @Nullable Object... values) {
        if (values.length != schema.size()) {
            throw new IllegalArgumentException(
                    values.length + " values for the " + schema.size() + " fields of " + schema);
        }
        Builder builder = builder(schema);
        for (int i = 0; i < values.length; i++) {
            builder.set(i, values[i]);
        }
        return builder.build();
    }

    /** The fields. */
    public Schema schema() {
        return schema;
    }

    @Override
    public Type type() {
        return Type.struct(schema);
    }

    /** Whether a field is null. */
    public boolean isNull(int index) {
        return (slots[schema.size() + (index >> 6)] & (1L << index)) != 0;
    }

    /**
     * The long inside a field whose {@linkplain Type#isLong() type is kept as one}: an integer, a boolean as 0 or 1, the
     * bits of a float, days, units of a time or timestamp, the unscaled value of a decimal. Of a null field, 0.
     */
    public long longAt(int index) {
        return slots[index];
    }

    /** A boolean field. */
    public boolean booleanAt(int index) {
        return slots[index] != 0;
    }

    /** A {@code float64} or {@code float32} field. */
    public double doubleAt(int index) {
        return schema.field(index).type().kind() == Type.Kind.FLOAT32
                ? Float.intBitsToFloat((int) slots[index])
                : Double.longBitsToDouble(slots[index]);
    }

    /** A string or JSON field that is not null. */
    public String stringAt(int index) {
        Object object = object(index);
        if (object != null) {
            return (String) object;
        }
        return new String(text, start(index), length(index), StandardCharsets.UTF_8);
    }

    /**
     * How many bytes a string, JSON or bytes field has, text in UTF-8.
     *
     * @throws IllegalArgumentException when the text has half of a character, which no bytes stand for
     */
    public int utf8Length(int index) {
        Object object = object(index);
        return object == null ? length(index) : utf8(object).length;
    }

    /**
     * Copies a string, JSON or bytes field, text in UTF-8.
     *
     * @param target has room for {@link #utf8Length} bytes from {@code offset} on
     * @return how many bytes were copied
     */
    public int copyUtf8(int index, byte[] target, int offset) {
        Object object = object(index);
        if (object == null) {
            int length = length(index);
            System.arraycopy(text, start(index), target, offset, length);
            return length;
        }
        byte[] bytes = utf8(object);
        System.arraycopy(bytes, 0, target, offset, bytes.length);
        return bytes.length;
    }

    private static byte[] utf8(Object object) {
        if (object instanceof byte[] bytes) {
            return bytes;
        }
        String text = (String) object;
        checkWhole(text);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void checkWhole(String text) {
        int index = 0;
        while (index < text.length()) {
            int codePoint = text.codePointAt(index);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException(
                        "the text has half of a character at index " + index + ", which no bytes of UTF-8 stand for");
            }
            index += Character.charCount(codePoint);
        }
    }

    /** A bytes field that is not null; nobody may change the array. */
    public byte[] bytesAt(int index) {
        Object object = object(index);
        return object == null ? Arrays.copyOfRange(text, start(index), start(index) + length(index)) : (byte[]) object;
    }

    /** A decimal field that is not null. */
    public BigDecimal decimalAt(int index) {
        Object object = object(index);
        return object == null
                ? BigDecimal.valueOf(slots[index], schema.field(index).type().scale())
                : (BigDecimal) object;
    }

    /** A {@code timestamptz} field that is not null. */
    public Instant instantAt(int index) {
        long perSecond = perSecond(index);
        return Instant.ofEpochSecond(
                Math.floorDiv(slots[index], perSecond),
                Math.floorMod(slots[index], perSecond) * (1_000_000_000L / perSecond));
    }

    /** A {@code timestamp} field that is not null. */
    public LocalDateTime localDateTimeAt(int index) {
        Instant instant = instantAt(index);
        return LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
    }

    /** A date field that is not null. */
    public LocalDate localDateAt(int index) {
        return LocalDate.ofEpochDay(slots[index]);
    }

    /** A time field that is not null. */
    public LocalTime localTimeAt(int index) {
        return LocalTime.ofNanoOfDay(slots[index] * (1_000_000_000L / perSecond(index)));
    }

    /** A field as an object of the class that {@link Type.Kind} names, or null. */
    public @Nullable Object at(int index) {
        if (isNull(index)) {
            return null;
        }
        Object object = object(index);
        return object != null ? object : box(index);
    }

    /** A field by name, as {@link #at(int)} gives it. */
    public @Nullable Object at(String fieldName) {
        int index = schema.indexOf(fieldName);
        if (index < 0) {
            throw new IllegalArgumentException("there is no field '" + fieldName + "' in " + schema);
        }
        return at(index);
    }

    private Object box(int index) {
        return switch (schema.field(index).type().kind()) {
            case BOOLEAN -> booleanAt(index);
            case INT8, INT16, INT32, INT64 -> slots[index];
            case FLOAT32 -> Float.intBitsToFloat((int) slots[index]);
            case FLOAT64 -> doubleAt(index);
            case DECIMAL -> decimalAt(index);
            case DATE -> localDateAt(index);
            case TIME -> localTimeAt(index);
            case TIMESTAMP -> localDateTimeAt(index);
            case TIMESTAMPTZ -> instantAt(index);
            case STRING, JSON -> stringAt(index);
            case BYTES -> bytesAt(index);
            case UUID, ARRAY, MAP, STRUCT ->
                throw new IllegalStateException("field " + schema.field(index) + " has no value");
        };
    }

    /** The same row without a hold on memory that it shares with others. */
    public Row detached() {
        if (text.length == 0) {
            return this;
        }
        Object[] own = objects == null ? new Object[schema.size()] : objects.clone();
        for (int i = 0; i < own.length; i++) {
            Type type = schema.field(i).type();
            if (own[i] == null && !isNull(i) && !type.isLong()) {
                own[i] = Objects.requireNonNull(at(i));
            }
        }
        return new Row(schema, slots, own, NO_BYTES);
    }

    /**
     * The same values as fields of another schema, without copying them: under other names.
     *
     * @throws IllegalArgumentException when the types are not the same, one by one, or a null would be where none may be
     */
    public Row as(Schema other) {
        if (other.size() != schema.size()) {
            throw new IllegalArgumentException(other.size() + " fields for the " + schema.size() + " of " + schema);
        }
        for (int i = 0; i < other.size(); i++) {
            Field to = other.field(i);
            if (!to.type().equals(schema.field(i).type()) || !to.isNullable() && isNull(i)) {
                throw new IllegalArgumentException("field '" + schema.field(i) + "' cannot be '" + to + "'");
            }
        }
        return new Row(other, slots, objects, text);
    }

    private @Nullable Object object(int index) {
        return objects == null ? null : objects[index];
    }

    private int start(int index) {
        return (int) (slots[index] >>> 32);
    }

    private int length(int index) {
        return (int) slots[index];
    }

    private long perSecond(int index) {
        return switch (schema.field(index).type().precision()) {
            case 3 -> 1_000L;
            case 6 -> 1_000_000L;
            default -> 1_000_000_000L;
        };
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Row that) || !schema.equals(that.schema)) {
            return false;
        }
        for (int i = 0; i < schema.size(); i++) {
            if (!Objects.deepEquals(at(i), that.at(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = schema.size();
        for (int i = 0; i < schema.size(); i++) {
            Object value = at(i);
            hash = 31 * hash + (value instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(value));
        }
        return hash;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("{");
        for (int i = 0; i < schema.size(); i++) {
            Object value = at(i);
            out.append(i == 0 ? "" : ", ").append(schema.field(i).name()).append("=");
            out.append(value instanceof byte[] bytes ? bytes.length + " bytes" : value);
        }
        return out.append("}").toString();
    }

    /**
     * Collects the values of one row after the other. Not thread-safe. A field that was not set is null.
     *
     * <p>The setters check that the value is of the field's sort, not that it fits its limits; {@link #build()} checks that
     * no field without nulls is null.
     */
    public static final class Builder {
        private static final byte LONG = 0;
        private static final byte TEXT = 1;
        private static final byte OBJECT = 2;

        private final Schema schema;
        private final byte[] storage;
        private final long[] noValues;
        private final long[] required;
        private final long[] slots;
        private Object @Nullable [] objects;
        private byte[] text = NO_BYTES;

        private Builder(Schema schema) {
            this.schema = schema;
            int size = schema.size();
            int words = (size + 63) >> 6;
            this.storage = new byte[size];
            this.noValues = new long[size + words];
            this.required = new long[words];
            for (int i = 0; i < size; i++) {
                Type type = schema.field(i).type();
                storage[i] = type.isLong() ? LONG : type.isText() || type.kind() == Type.Kind.BYTES ? TEXT : OBJECT;
                noValues[size + (i >> 6)] |= 1L << i;
                if (!schema.field(i).isNullable()) {
                    required[i >> 6] |= 1L << i;
                }
            }
            this.slots = noValues.clone();
        }

        /** The fields. */
        public Schema schema() {
            return schema;
        }

        /** Sets the long inside a field, as {@link Row#longAt} gives it. */
        public Builder setLong(int index, long value) {
            if (storage[index] != LONG) {
                throw wrong(index, "long");
            }
            slots[index] = value;
            notNull(index);
            return this;
        }

        /** Sets a {@code float64} or {@code float32} field. */
        public Builder setDouble(int index, double value) {
            return switch (schema.field(index).type().kind()) {
                case FLOAT64 -> setLong(index, Double.doubleToRawLongBits(value));
                case FLOAT32 -> setLong(index, Float.floatToRawIntBits((float) value));
                default -> throw wrong(index, "double");
            };
        }

        /** Sets a boolean field. */
        public Builder setBoolean(int index, boolean value) {
            return setLong(index, value ? 1 : 0);
        }

        /**
         * Sets a string, JSON or bytes field to a range of an array, without copying it. The array must not be changed
         * afterwards, and the ranges of one row should be in one array: another array is copied.
         *
         * @param utf8 valid UTF-8 in that range, unless the field is bytes
         */
        public Builder setUtf8(int index, byte[] utf8, int offset, int length) {
            if (storage[index] != TEXT) {
                throw wrong(index, "text");
            }
            if (text != utf8) {
                if (text != NO_BYTES) {
                    return setCopy(index, utf8, offset, length);
                }
                text = utf8;
            }
            slots[index] = (long) offset << 32 | length;
            clearObject(index);
            notNull(index);
            return this;
        }

        /** Sets a string or JSON field. */
        public Builder setString(int index, String value) {
            if (storage[index] != TEXT || schema.field(index).type().kind() == Type.Kind.BYTES) {
                throw wrong(index, "text");
            }
            return setObject(index, value);
        }

        /** Sets a bytes field; the array must not be changed afterwards. */
        public Builder setBytes(int index, byte[] value) {
            return setUtf8(index, value, 0, value.length);
        }

        /** Sets a decimal field, whose scale becomes the type's; digits that would be lost are an error. */
        public Builder setDecimal(int index, BigDecimal value) {
            Type type = schema.field(index).type();
            if (type.kind() != Type.Kind.DECIMAL) {
                throw wrong(index, "decimal");
            }
            if (type.precision() == 0) {
                return setObject(index, value);
            }
            BigDecimal scaled = value.scale() == type.scale() ? value : rescale(index, value, type);
            BigInteger unscaled = scaled.unscaledValue();
            if (scaled.precision() > type.precision()) {
                throw new IllegalArgumentException("field '"
                        + schema.field(index).name() + "': " + value.toPlainString() + " has more digits than " + type);
            }
            return type.isLong() ? setLong(index, unscaled.longValueExact()) : setObject(index, scaled);
        }

        private BigDecimal rescale(int index, BigDecimal value, Type type) {
            try {
                return value.setScale(type.scale());
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(
                        "field '" + schema.field(index).name() + "': " + value.toPlainString() + " has more than "
                                + type.scale() + " digits behind the point, which " + type + " cannot hold",
                        e);
            }
        }

        /**
         * Sets a field to the value of a field of the same type in another row, null or not, without making an object of it.
         *
         * @throws IllegalArgumentException when the type is another
         */
        @SuppressWarnings("ReferenceEquality") // nearly always the same object
        public Builder copy(int index, Row from, int fromIndex) {
            Type type = schema.field(index).type();
            Type fromType = from.schema.field(fromIndex).type();
            if (type != fromType && !type.equals(fromType)) {
                throw wrong(index, fromType.toString());
            }
            if (from.isNull(fromIndex)) {
                return setNull(index);
            }
            Object object = from.object(fromIndex);
            if (object != null) {
                return setObject(index, object);
            }
            return storage[index] == TEXT
                    ? setUtf8(index, from.text, from.start(fromIndex), from.length(fromIndex))
                    : setLong(index, from.slots[fromIndex]);
        }

        /** Sets a field to null. */
        public Builder setNull(int index) {
            slots[index] = 0;
            slots[schema.size() + (index >> 6)] |= 1L << index;
            clearObject(index);
            return this;
        }

        /**
         * Sets a field to an object of the class that {@link Type.Kind} names, or null. Any class of integers will do for
         * an integer field.
         *
         * @throws IllegalArgumentException when the class is another, or an integer does not fit its type
         */
        public Builder set(int index, @Nullable Object value) {
            if (value == null) {
                return setNull(index);
            }
            Type type = schema.field(index).type();
            switch (type.kind()) {
                case BOOLEAN -> setBoolean(index, cast(index, Boolean.class, value));
                case INT8, INT16, INT32, INT64 -> setLong(index, integer(index, type, value));
                case FLOAT32, FLOAT64 ->
                    setDouble(index, cast(index, Number.class, value).doubleValue());
                case DECIMAL -> setDecimal(index, cast(index, BigDecimal.class, value));
                case STRING, JSON -> setString(index, cast(index, String.class, value));
                case BYTES -> setObject(index, cast(index, byte[].class, value));
                case DATE -> setLong(index, cast(index, LocalDate.class, value).toEpochDay());
                case TIME -> setLong(index, timeUnits(type, cast(index, LocalTime.class, value)));
                case TIMESTAMP ->
                    setLong(
                            index,
                            units(type, cast(index, LocalDateTime.class, value).toInstant(ZoneOffset.UTC)));
                case TIMESTAMPTZ -> setLong(index, units(type, cast(index, Instant.class, value)));
                case UUID -> setObject(index, cast(index, UUID.class, value));
                case ARRAY -> setObject(index, cast(index, List.class, value));
                case MAP -> setObject(index, cast(index, Map.class, value));
                case STRUCT -> setObject(index, cast(index, Row.class, value));
            }
            return this;
        }

        /**
         * The row, and a fresh start for the next one.
         *
         * @throws IllegalArgumentException when a field that may not be null is
         */
        public Row build() {
            int size = schema.size();
            for (int word = 0; word < required.length; word++) {
                long missing = slots[size + word] & required[word];
                if (missing != 0) {
                    throw new IllegalArgumentException("field '"
                            + schema.field((word << 6) + Long.numberOfTrailingZeros(missing))
                                    .name()
                            + "' has no value and may not be null");
                }
            }
            Row row = new Row(schema, slots.clone(), objects, text);
            reset();
            return row;
        }

        /** Forgets what was set. */
        public void reset() {
            System.arraycopy(noValues, 0, slots, 0, slots.length);
            objects = null;
            text = NO_BYTES;
        }

        private void notNull(int index) {
            slots[schema.size() + (index >> 6)] &= ~(1L << index);
        }

        private Builder setCopy(int index, byte[] utf8, int offset, int length) {
            byte[] copy = Arrays.copyOfRange(utf8, offset, offset + length);
            return setObject(
                    index,
                    schema.field(index).type().kind() == Type.Kind.BYTES
                            ? copy
                            : new String(copy, StandardCharsets.UTF_8));
        }

        private Builder setObject(int index, Object value) {
            Object[] all = objects;
            if (all == null) {
                all = new Object[schema.size()];
                objects = all;
            }
            all[index] = value;
            slots[index] = 0;
            notNull(index);
            return this;
        }

        @SuppressWarnings("NullAway") // the array's elements are null where a field has no object
        private void clearObject(int index) {
            if (objects != null) {
                objects[index] = null;
            }
        }

        private <T> T cast(int index, Class<T> to, Object value) {
            if (!to.isInstance(value)) {
                throw wrong(index, value.getClass().getSimpleName());
            }
            return to.cast(value);
        }

        private long integer(int index, Type type, Object value) {
            if (!(value instanceof Long
                    || value instanceof Integer
                    || value instanceof Short
                    || value instanceof Byte)) {
                throw wrong(index, value.getClass().getSimpleName());
            }
            long number = ((Number) value).longValue();
            int bits = bits(type);
            if (bits < 64 && number >> (bits - 1) != number >> 63) {
                throw new IllegalArgumentException(
                        "field '" + schema.field(index).name() + "': " + number + " does not fit " + type);
            }
            return number;
        }

        private static int bits(Type type) {
            return switch (type.kind()) {
                case INT8 -> 8;
                case INT16 -> 16;
                case INT32 -> 32;
                default -> 64;
            };
        }

        private static long units(Type type, Instant instant) {
            long perSecond = type.precision() == 3 ? 1_000L : type.precision() == 6 ? 1_000_000L : 1_000_000_000L;
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), perSecond),
                    instant.getNano() / (1_000_000_000L / perSecond));
        }

        private static long timeUnits(Type type, LocalTime time) {
            return time.toNanoOfDay() / (type.precision() == 3 ? 1_000_000L : type.precision() == 6 ? 1_000L : 1L);
        }

        private IllegalArgumentException wrong(int index, String given) {
            return new IllegalArgumentException("field '" + schema.field(index).name() + "' is of type "
                    + schema.field(index).type() + " and takes no " + given);
        }
    }
}
