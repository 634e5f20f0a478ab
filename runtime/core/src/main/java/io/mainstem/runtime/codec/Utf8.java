package io.mainstem.runtime.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes UTF-8 of text, and tells it from other bytes. */
final class Utf8 {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    /**
     * The bytes of a text.
     *
     * @throws UnencodableException when it has half of a character: nothing is put in its place
     */
    static byte[] of(String text) {
        int index = 0;
        while (index < text.length()) {
            int codePoint = text.codePointAt(index);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                throw new UnencodableException(
                        "a text has half of a character at index " + index + ", which no bytes of UTF-8 stand for");
            }
            index += Character.charCount(codePoint);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static boolean isValid(byte[] array, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at <= end - 8 && ((long) LONGS.get(array, at) & NOT_ASCII) == 0) {
            at += 8;
        }
        while (at < end) {
            if (array[at] >= 0) {
                at++;
                continue;
            }
            int bytes = sequence(array, at, end);
            if (bytes == 0) {
                return false;
            }
            at += bytes;
        }
        return true;
    }

    /** The bytes of the character that begins here and is not ASCII, or 0 when it is none. */
    private static int sequence(byte[] array, int at, int end) {
        int first = array[at] & 0xff;
        int bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || end - at < bytes) {
            return 0;
        }
        int second = array[at + 1] & 0xff;
        if (second < lowest(first) || second > highest(first)) {
            return 0;
        }
        for (int i = 2; i < bytes; i++) {
            if ((array[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return bytes;
    }

    private static int lowest(int first) {
        return first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    }

    private static int highest(int first) {
        return first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    }
}
