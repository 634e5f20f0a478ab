package io.mainstem.log.embedded;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Numbers in byte arrays: big-endian ones, and the zigzag varints of the record format. */
final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    static short getShort(byte[] array, int at) {
        return (short) SHORT.get(array, at);
    }

    static int getInt(byte[] array, int at) {
        return (int) INT.get(array, at);
    }

    static long getLong(byte[] array, int at) {
        return (long) LONG.get(array, at);
    }

    static void putShort(byte[] array, int at, int value) {
        SHORT.set(array, at, (short) value);
    }

    static void putInt(byte[] array, int at, int value) {
        INT.set(array, at, value);
    }

    static void putLong(byte[] array, int at, long value) {
        LONG.set(array, at, value);
    }

    /** The number of bytes that {@link #putVarint} writes. */
    static int varintSize(int value) {
        int zigzag = (value << 1) ^ (value >> 31);
        return (38 - Integer.numberOfLeadingZeros(zigzag | 1)) / 7;
    }

    /** The number of bytes that {@link #putVarlong} writes. */
    static int varlongSize(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
    }

    /** Writes a zigzag varint and returns the place behind it. Most take one byte or two, and go without a loop. */
    static int putVarint(byte[] array, int at, int value) {
        int zigzag = (value << 1) ^ (value >> 31);
        if ((zigzag & ~0x7F) == 0) {
            array[at] = (byte) zigzag;
            return at + 1;
        }
        if ((zigzag & ~0x3FFF) == 0) {
            array[at] = (byte) (zigzag | 0x80);
            array[at + 1] = (byte) (zigzag >>> 7);
            return at + 2;
        }
        return putUnsigned(array, at, zigzag & 0xFFFF_FFFFL);
    }

    /** Writes a zigzag varlong and returns the place behind it. */
    static int putVarlong(byte[] array, int at, long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        if ((zigzag & ~0x7FL) == 0) {
            array[at] = (byte) zigzag;
            return at + 1;
        }
        return putUnsigned(array, at, zigzag);
    }

    private static int putUnsigned(byte[] array, int at, long value) {
        long left = value;
        int next = at;
        while ((left & ~0x7FL) != 0) {
            array[next++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        array[next++] = (byte) left;
        return next;
    }

    /** An array of at least {@code size} bytes that begins with the first {@code used} bytes of {@code array}. */
    static byte[] grow(byte[] array, int used, int size) {
        if (size <= array.length) {
            return array;
        }
        byte[] larger = new byte[(int) Math.min(Integer.MAX_VALUE - 8, Math.max(size, 2L * array.length))];
        System.arraycopy(array, 0, larger, 0, used);
        return larger;
    }

    static int[] grow(int[] array) {
        return Arrays.copyOf(array, array.length * 2);
    }

    static long[] grow(long[] array) {
        return Arrays.copyOf(array, array.length * 2);
    }
}
