package io.mainstem.connectors.file;

import io.mainstem.api.Type;

/** Finds the narrowest type that holds all values of a column that were seen. One thread. */
final class TypeGuess {

    private static final int NANOS = 9;
    private static final int LONG_DIGITS = 18;
    private static final int DIGITS_MAX = 38;

    private final TextParser parser = new TextParser();

    private boolean any;
    private boolean bool = true;
    private boolean integer = true;
    private boolean decimal = true;
    private boolean number = true;
    private boolean date = true;
    private boolean timestamp = true;
    private boolean zoned = true;
    private boolean uuid = true;
    private boolean nanos;
    private int wholeDigits;
    private int scaleMin = Integer.MAX_VALUE;
    private int scaleMax;

    /** A value that is not null. */
    void add(byte[] text, int from, int to) {
        any = true;
        bool = bool && isBool(text, from, to);
        if (number) {
            addNumber(text, from, to);
        }
        date = date && isDate(text, from, to);
        timestamp = timestamp && isTimestamp(text, from, to, false);
        zoned = zoned && isTimestamp(text, from, to, true);
        uuid = uuid && isUuid(text, from, to);
    }

    private void addNumber(byte[] text, int from, int to) {
        int sign = from < to && text[from] == '-' ? 1 : 0;
        int point = -1;
        int exponent = -1;
        for (int i = from + sign; i < to; i++) {
            byte c = text[i];
            if (c == '.' && point < 0 && exponent < 0) {
                point = i;
            } else if ((c == 'e' || c == 'E') && exponent < 0 && i > from + sign) {
                exponent = i;
                i += i + 1 < to && (text[i + 1] == '-' || text[i + 1] == '+') ? 1 : 0;
            } else if (c < '0' || c > '9') {
                noNumber();
                return;
            }
        }
        int mantissaEnd = exponent < 0 ? to : exponent;
        int whole = (point < 0 ? mantissaEnd : point) - from - sign;
        boolean leadingZero = whole > 1 && text[from + sign] == '0';
        boolean emptyPart = whole == 0 || point == mantissaEnd - 1 || exponent == to - 1;
        if (leadingZero || emptyPart || !isDigit(text[to - 1]) || exponent >= 0 && isInfinite(text, from, to)) {
            noNumber();
            return;
        }
        decimal = decimal && exponent < 0;
        integer = integer && exponent < 0 && point < 0 && isLong(text, from, to);
        wholeDigits = Math.max(wholeDigits, whole);
        if (point >= 0) {
            scaleMin = Math.min(scaleMin, mantissaEnd - point - 1);
            scaleMax = Math.max(scaleMax, mantissaEnd - point - 1);
        }
    }

    /** Larger than a float64 can be. */
    private static boolean isInfinite(byte[] text, int from, int to) {
        return Double.isInfinite(Double.parseDouble(TextValues.text(text, from, to)));
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private void noNumber() {
        number = false;
        decimal = false;
        integer = false;
    }

    private boolean isLong(byte[] text, int from, int to) {
        parser.integer(text, from, to);
        return parser.ok;
    }

    private static boolean isBool(byte[] text, int from, int to) {
        String value = to - from == 4 || to - from == 5 ? TextValues.text(text, from, to) : "";
        return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    }

    private boolean isDate(byte[] text, int from, int to) {
        parser.date(text, from, to);
        return parser.ok;
    }

    private boolean isTimestamp(byte[] text, int from, int to, boolean withZone) {
        parser.timestamp(text, from, to, 6, withZone);
        if (parser.ok) {
            return true;
        }
        parser.timestamp(text, from, to, NANOS, withZone);
        nanos |= parser.ok;
        return parser.ok;
    }

    private static boolean isUuid(byte[] text, int from, int to) {
        if (to - from != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            byte c = text[from + i];
            if (dash ? c != '-' : Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The type; text when nothing narrower holds everything, or nothing was seen. */
    Type type() {
        if (!any) {
            return Type.STRING;
        }
        if (bool) {
            return Type.BOOLEAN;
        }
        if (number) {
            return integer ? Type.INT64 : decimal ? decimalType() : Type.FLOAT64;
        }
        if (date) {
            return Type.DATE;
        }
        if (timestamp) {
            return nanos ? Type.timestamp(NANOS) : Type.TIMESTAMP;
        }
        if (zoned) {
            return nanos ? Type.timestamptz(NANOS) : Type.TIMESTAMPTZ;
        }
        return uuid ? Type.UUID : Type.STRING;
    }

    /** All with the same digits behind the point are money or the like; a scale that varies gets no limit. */
    private Type decimalType() {
        if (scaleMin != scaleMax && scaleMax > 0 || wholeDigits + scaleMax > DIGITS_MAX) {
            return Type.DECIMAL;
        }
        return Type.decimal(wholeDigits + scaleMax <= LONG_DIGITS ? LONG_DIGITS : DIGITS_MAX, scaleMax);
    }
}
