package io.mainstem.runtime.codec;

import io.mainstem.api.Row;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes rows in Avro binary. */
final class AvroWriter {

    /** The most bytes of a varint, and of the length in front of text. */
    private static final int VARINT_BYTES_MAX = 10;

    private AvroWriter() {}

    static void write(AvroProgram program, Row row, EncodeBuffer out) {
        byte[] operations = program.operations;
        for (int i = 0; i < operations.length; i++) {
            if (program.nullable[i]) {
                if (row.isNull(i)) {
                    out.writeByte(0);
                    continue;
                }
                out.writeByte(2);
            }
            writeField(program, row, i, out);
        }
    }

    private static void writeField(AvroProgram program, Row row, int i, EncodeBuffer out) {
        switch (program.operations[i]) {
            case AvroProgram.BOOLEAN -> out.writeByte(row.booleanAt(i) ? 1 : 0);
            case AvroProgram.VARINT -> writeVarint(inRange(program, row, i), out);
            case AvroProgram.FLOAT -> writeFixed(row.longAt(i), 4, out);
            case AvroProgram.DOUBLE -> writeFixed(row.longAt(i), 8, out);
            case AvroProgram.DECIMAL_LONG -> writeDecimal(inRange(program, row, i), out);
            case AvroProgram.TEXT -> writeText(row, i, out);
            default -> writeObject(program, row, i, out);
        }
    }

    private static void writeObject(AvroProgram program, Row row, int i, EncodeBuffer out) {
        switch (program.operations[i]) {
            case AvroProgram.DECIMAL_BIG ->
                writeBytes(row.decimalAt(i).unscaledValue().toByteArray(), out);
            case AvroProgram.DECIMAL_TEXT ->
                writeBytes(latin1(ScalarText.limited(row.decimalAt(i)).toPlainString()), out);
            case AvroProgram.BYTES -> writeBytes(row.bytesAt(i), out);
            case AvroProgram.UUID -> writeBytes(latin1(String.valueOf(row.at(i))), out);
            case AvroProgram.ARRAY -> writeArray(program.nested[i], (List<?>) row.at(i), out);
            case AvroProgram.MAP -> writeMap(program.nested[i], (Map<?, ?>) row.at(i), out);
            case AvroProgram.STRUCT -> writeStruct(program, row, i, out);
            default -> throw new IllegalStateException("operation " + program.operations[i]);
        }
    }

    private static long inRange(AvroProgram program, Row row, int i) {
        long value = row.longAt(i);
        if (value < program.min[i] || value > program.max[i]) {
            throw new UnencodableException("field '" + program.schema.field(i).name() + "': the number " + value
                    + " is outside of " + program.schema.field(i).type());
        }
        return value;
    }

    static void writeVarint(long value, EncodeBuffer out) {
        byte[] array = out.reserve(VARINT_BYTES_MAX);
        out.setLength(putVarint(value, array, out.length()));
    }

    private static int putVarint(long value, byte[] array, int position) {
        long rest = value << 1 ^ value >> 63;
        int at = position;
        while ((rest & ~0x7fL) != 0) {
            array[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[at++] = (byte) rest;
        return at;
    }

    private static void writeFixed(long bits, int bytes, EncodeBuffer out) {
        byte[] array = out.reserve(bytes);
        int at = out.length();
        for (int i = 0; i < bytes; i++) {
            array[at + i] = (byte) (bits >>> 8 * i);
        }
        out.setLength(at + bytes);
    }

    /** The unscaled value in two's complement, big-endian, in as few bytes as it takes. */
    private static void writeDecimal(long unscaled, EncodeBuffer out) {
        int bytes = (Long.SIZE - Long.numberOfLeadingZeros(unscaled ^ unscaled >> 63)) / 8 + 1;
        byte[] array = out.reserve(bytes + 1);
        int at = out.length();
        array[at++] = (byte) (bytes << 1);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            array[at++] = (byte) (unscaled >> shift);
        }
        out.setLength(at);
    }

    private static void writeText(Row row, int i, EncodeBuffer out) {
        int length = row.utf8Length(i);
        byte[] array = out.reserve(length + VARINT_BYTES_MAX);
        int at = putVarint(length, array, out.length());
        out.setLength(at + row.copyUtf8(i, array, at));
    }

    private static void writeBytes(byte[] bytes, EncodeBuffer out) {
        writeVarint(bytes.length, out);
        out.write(bytes);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void writeArray(AvroProgram elements, @Nullable List<?> values, EncodeBuffer out) {
        if (values != null && !values.isEmpty()) {
            writeVarint(values.size(), out);
            for (Object value : values) {
                writeElement(elements, value, out);
            }
        }
        out.writeByte(0);
    }

    private static void writeMap(AvroProgram elements, @Nullable Map<?, ?> values, EncodeBuffer out) {
        if (values != null && !values.isEmpty()) {
            writeVarint(values.size(), out);
            values.forEach((key, value) -> {
                writeBytes(Utf8.of(key.toString()), out);
                writeElement(elements, value, out);
            });
        }
        out.writeByte(0);
    }

    private static void writeElement(AvroProgram elements, @Nullable Object value, EncodeBuffer out) {
        write(elements, elements.builder.set(0, value).build(), out);
    }

    @SuppressWarnings("ReferenceEquality") // equality is asked for only when it is not the same instance
    private static void writeStruct(AvroProgram program, Row row, int i, EncodeBuffer out) {
        Row struct = (Row) row.at(i);
        AvroProgram fields = program.nested[i];
        if (struct == null
                || struct.schema() != fields.schema && !struct.schema().equals(fields.schema)) {
            throw new UnencodableException("field '" + program.schema.field(i).name() + "': the struct "
                    + (struct == null ? "is null" : "has the fields " + struct.schema()) + ", not " + fields.schema);
        }
        write(fields, struct, out);
    }
}
