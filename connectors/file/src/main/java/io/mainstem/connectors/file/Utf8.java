package io.mainstem.connectors.file;

/** Checks of UTF-8. */
final class Utf8 {

    private Utf8() {}

    /** The index of the first byte that is not part of valid UTF-8, or -1. */
    static int firstInvalid(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (bytes[i] >= 0) {
                i++;
                continue;
            }
            int length = sequenceLength(bytes, i, to);
            if (length == 0) {
                return i;
            }
            i += length;
        }
        return -1;
    }

    /** The length of the sequence at {@code at}, whose first byte is not ASCII; 0 when it is not valid. */
    private static int sequenceLength(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xff;
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || at + length > to) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return isShortestScalar(first, bytes[at + 1] & 0xff) ? length : 0;
    }

    /** Excludes overlong forms, surrogates and what lies behind U+10FFFF: the second byte tells. */
    private static boolean isShortestScalar(int first, int second) {
        return switch (first) {
            case 0xe0 -> second >= 0xa0;
            case 0xed -> second < 0xa0;
            case 0xf0 -> second >= 0x90;
            case 0xf4 -> second < 0x90;
            default -> true;
        };
    }
}
