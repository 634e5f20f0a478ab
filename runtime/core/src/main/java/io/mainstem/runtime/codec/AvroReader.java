package io.mainstem.runtime.codec;

import io.mainstem.api.Row;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows from Avro binary. Text is not copied: the rows point into the array. One thread at a time.
 *
 * <p>A read may run past the end of the value into what follows it in the array; that is found out at the latest when the
 * row is complete, and nothing of it gets out.
 */
final class AvroReader {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] array = new byte[0];
    private int start;
    private int position;
    private int end;

    /**
     * Reads one row, which takes all of the range.
     *
     * @param valueStart where the value began, from which the bytes in messages are counted
     */
    Row read(AvroProgram program, byte[] source, int valueStart, int from, int to) {
        array = source;
        start = valueStart;
        position = from;
        end = to;
        try {
            Row row = read(program);
            if (position != end) {
                throw undecodable(
                        position > end
                                ? "the value ends too early"
                                : (end - position) + " bytes follow the row's last");
            }
            return row;
        } catch (IndexOutOfBoundsException e) {
            throw new UndecodableException("the value ends too early, at byte " + (end - start), e);
        } catch (IllegalArgumentException e) {
            throw new UndecodableException(e.getMessage() + ", before byte " + (position - start), e);
        }
    }

    private Row read(AvroProgram program) {
        byte[] operations = program.operations;
        Row.Builder row = program.builder;
        for (int i = 0; i < operations.length; i++) {
            if (program.nullable[i] && isNull(program, i)) {
                row.setNull(i);
                continue;
            }
            readField(program, row, i);
        }
        return row.build();
    }

    private boolean isNull(AvroProgram program, int i) {
        byte branch = array[position++];
        if (branch != 0 && branch != 2) {
            throw undecodable("field '" + program.schema.field(i).name() + "' is neither null nor a value: branch "
                    + (branch >> 1) + " of two");
        }
        return branch == 0;
    }

    private void readField(AvroProgram program, Row.Builder row, int i) {
        switch (program.operations[i]) {
            case AvroProgram.BOOLEAN -> row.setLong(i, readBoolean(program, i));
            case AvroProgram.VARINT -> row.setLong(i, inRange(program, i, readVarint()));
            case AvroProgram.FLOAT -> row.setLong(i, (int) INTS.get(array, advance(4)));
            case AvroProgram.DOUBLE -> row.setLong(i, (long) LONGS.get(array, advance(8)));
            case AvroProgram.DECIMAL_LONG -> row.setLong(i, inRange(program, i, readDecimal(program, i)));
            case AvroProgram.TEXT -> {
                int length = readLength();
                row.setUtf8(i, array, readText(length), length);
            }
            default -> readObject(program, row, i);
        }
    }

    private void readObject(AvroProgram program, Row.Builder row, int i) {
        switch (program.operations[i]) {
            case AvroProgram.DECIMAL_BIG -> {
                int length = readLength();
                row.setDecimal(i, decimal(advance(length), length, program, i));
            }
            case AvroProgram.DECIMAL_TEXT -> row.setDecimal(i, ScalarText.limited(new BigDecimal(readString())));
            case AvroProgram.BYTES -> {
                int length = readLength();
                row.setUtf8(i, array, advance(length), length);
            }
            case AvroProgram.UUID -> row.set(i, UUID.fromString(readString()));
            case AvroProgram.ARRAY -> row.set(i, readArray(program.nested[i]));
            case AvroProgram.MAP -> row.set(i, readMap(program.nested[i]));
            case AvroProgram.STRUCT -> row.set(i, read(program.nested[i]));
            default -> throw new IllegalStateException("operation " + program.operations[i]);
        }
    }

    private int readBoolean(AvroProgram program, int i) {
        byte value = array[position++];
        if (value != 0 && value != 1) {
            throw undecodable("field '" + program.schema.field(i).name() + "' is neither true nor false: " + value);
        }
        return value;
    }

    private long inRange(AvroProgram program, int i, long value) {
        if (value < program.min[i] || value > program.max[i]) {
            throw undecodable("field '" + program.schema.field(i).name() + "': the number " + value + " is outside of "
                    + program.schema.field(i).type());
        }
        return value;
    }

    private long readVarint() {
        byte next = array[position++];
        long bits = next & 0x7f;
        for (int shift = 7; next < 0; shift += 7) {
            if (shift > 63) {
                throw undecodable("a number has more than ten bytes");
            }
            next = array[position++];
            bits |= (next & 0x7fL) << shift;
        }
        return bits >>> 1 ^ -(bits & 1);
    }

    private int readLength() {
        long length = readVarint();
        if (length < 0 || length > end - position) {
            throw undecodable("a length is " + length + ", and " + Math.max(0, end - position) + " bytes are left");
        }
        return (int) length;
    }

    private int advance(int bytes) {
        int at = position;
        position += bytes;
        return at;
    }

    private int readText(int length) {
        int at = advance(length);
        if (!Utf8.isValid(array, at, length)) {
            throw undecodable("the text that ends here is not UTF-8");
        }
        return at;
    }

    private String readString() {
        int length = readLength();
        return new String(array, readText(length), length, StandardCharsets.UTF_8);
    }

    private long readDecimal(AvroProgram program, int i) {
        int length = readLength();
        int at = advance(length);
        if (length < 1 || length > 8) {
            return longOf(decimal(at, length, program, i).unscaledValue(), program, i);
        }
        long unscaled = array[at];
        for (int k = 1; k < length; k++) {
            unscaled = unscaled << 8 | array[at + k] & 0xff;
        }
        return unscaled;
    }

    private long longOf(BigInteger unscaled, AvroProgram program, int i) {
        if (unscaled.bitLength() > 63) {
            throw undecodable("field '" + program.schema.field(i).name() + "' has more digits than "
                    + program.schema.field(i).type());
        }
        return unscaled.longValue();
    }

    private BigDecimal decimal(int at, int length, AvroProgram program, int i) {
        if (length < 1) {
            throw undecodable("field '" + program.schema.field(i).name() + "' is a decimal without digits");
        }
        return new BigDecimal(
                new BigInteger(Arrays.copyOfRange(array, at, at + length)),
                program.schema.field(i).type().scale());
    }

    private List<@Nullable Object> readArray(AvroProgram elements) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int count = readCount(); count > 0; count = readCount()) {
            for (int i = 0; i < count; i++) {
                values.add(read(elements).at(0));
            }
        }
        return Collections.unmodifiableList(values);
    }

    private Map<String, @Nullable Object> readMap(AvroProgram elements) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int count = readCount(); count > 0; count = readCount()) {
            for (int i = 0; i < count; i++) {
                String key = readString();
                values.put(key, read(elements).at(0));
            }
        }
        return Collections.unmodifiableMap(values);
    }

    /** The number of elements in the next block; a negative one is followed by the size of the block in bytes. */
    private int readCount() {
        long count = readVarint();
        if (count < 0) {
            count = -count;
            readLength();
        }
        if (count < 0 || count > end - position) {
            throw undecodable("a count is " + count + ", and " + Math.max(0, end - position) + " bytes are left");
        }
        return (int) count;
    }

    private UndecodableException undecodable(String what) {
        return new UndecodableException(what + ", at byte " + (Math.min(position, end) - start));
    }
}
