package io.mainstem.runtime.codec;

import java.util.Arrays;

/** Bytes that grow as they are written, used again for record after record. One thread at a time. */
public final class EncodeBuffer {

    private static final int INITIAL_BYTES = 512;

    private byte[] array = new byte[INITIAL_BYTES];
    private int length;

    /** An empty buffer. */
    public EncodeBuffer() {}

    /** The array that holds the bytes from 0 on; another one after the buffer grew. */
    public byte[] array() {
        return array;
    }

    /** How many bytes there are. */
    public int length() {
        return length;
    }

    /** Forgets the bytes and keeps the memory. */
    public void clear() {
        length = 0;
    }

    /** Makes room for some more bytes, which the caller writes into {@link #array()} from {@link #length()} on. */
    byte[] reserve(int bytes) {
        if (array.length - length < bytes) {
            grow(bytes);
        }
        return array;
    }

    private void grow(int bytes) {
        int needed = Math.addExact(length, bytes);
        array = Arrays.copyOf(array, (int) Math.max(needed, Math.min(2L * array.length, Integer.MAX_VALUE - 8)));
    }

    /** Says how far the caller has written. */
    void setLength(int newLength) {
        length = newLength;
    }

    void writeByte(int value) {
        reserve(1)[length++] = (byte) value;
    }

    void write(byte[] source, int offset, int count) {
        System.arraycopy(source, offset, reserve(count), length, count);
        length += count;
    }

    void write(byte[] source) {
        write(source, 0, source.length);
    }
}
