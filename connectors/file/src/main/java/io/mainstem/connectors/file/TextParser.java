package io.mainstem.connectors.file;

/**
 * Reads numbers, dates and times from bytes of text straight into the longs that a row keeps. One thread. Each method
 * leaves in {@link #ok} whether the text was of its form; what it returned means nothing when not.
 */
final class TextParser {

    private static final int DIGITS_LONG = 18;
    private static final long[] POWERS = new long[DIGITS_LONG + 1];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    /** Whether the last text was understood. */
    boolean ok;

    private int at;

    /** A whole number that fits 64 bits. */
    long integer(byte[] text, int from, int to) {
        int i = from;
        boolean negative = i < to && text[i] == '-';
        if (negative || i < to && text[i] == '+') {
            i++;
        }
        int digits = to - i;
        ok = digits > 0;
        if (digits > DIGITS_LONG) {
            return longInteger(text, i, to, negative);
        }
        long value = 0;
        for (; i < to; i++) {
            int digit = text[i] - '0';
            ok &= digit >= 0 && digit <= 9;
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    /** Sums up below zero, where there is one number more. */
    private long longInteger(byte[] text, int from, int to, boolean negative) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text[i] - '0';
            ok &= digit >= 0
                    && digit <= 9
                    && (value > -922337203685477580L || value == -922337203685477580L && digit <= 8);
            value = value * 10 - digit;
        }
        ok &= negative || value != Long.MIN_VALUE;
        return negative ? value : -value;
    }

    /** A decimal number of at most 18 digits, as its unscaled value at {@code scale}. Zeros behind that scale may be cut. */
    long decimal(byte[] text, int from, int to, int precision, int scale) {
        int i = from;
        boolean negative = i < to && text[i] == '-';
        if (negative || i < to && text[i] == '+') {
            i++;
        }
        long value = 0;
        int digits = 0;
        int point = -1;
        ok = true;
        for (; i < to; i++) {
            byte c = text[i];
            int digit = c - '0';
            if (digit >= 0 && digit <= 9) {
                if (point >= 0 && i - point > scale) {
                    ok &= digit == 0;
                } else {
                    ok &= value < 100_000_000_000_000_000L;
                    value = value * 10 + digit;
                }
                digits++;
            } else {
                ok &= c == '.' && point < 0;
                point = i;
            }
        }
        int missing = scale - (point < 0 ? 0 : Math.min(to - point - 1, scale));
        ok &= digits > 0 && value < POWERS[Math.max(0, precision - missing)];
        value *= POWERS[missing];
        return negative ? -value : value;
    }

    /** {@code yyyy-MM-dd}, as days since 1970-01-01. */
    long date(byte[] text, int from, int to) {
        ok = to - from == 10;
        return ok ? day(text, from) : 0;
    }

    /** {@code HH:mm[:ss[.fraction]]}, as units since midnight of which a second has 10 to the power of {@code digits}. */
    long time(byte[] text, int from, int to, int digits) {
        long units = clock(text, from, to, digits);
        ok &= at == to;
        return units;
    }

    /**
     * ISO 8601 with a blank or a T, as units since 1970 of which a second has 10 to the power of {@code digits}.
     *
     * @param zoned whether a zone ({@code Z}, {@code +02}, {@code +02:00}, {@code +0200}) must follow; else none may
     */
    long timestamp(byte[] text, int from, int to, int digits, boolean zoned) {
        ok = to - from >= 16 && (text[from + 10] == ' ' || text[from + 10] == 'T' || text[from + 10] == 't');
        if (!ok) {
            return 0;
        }
        long days = day(text, from);
        boolean dateOk = ok;
        long units = clock(text, from + 11, to, digits);
        ok &= dateOk;
        long seconds = days * 86_400 - (zoned ? zoneSeconds(text, to) : 0);
        ok &= at == to;
        long perSecond = POWERS[digits];
        long limit = Long.MAX_VALUE / perSecond - 86_400;
        ok &= seconds < limit && seconds > -limit;
        return seconds * perSecond + units;
    }

    /** Reads hours to fraction, leaves {@link #at} behind them. */
    private long clock(byte[] text, int from, int to, int digits) {
        ok = to - from >= 5 && text[from + 2] == ':';
        if (!ok) {
            return 0;
        }
        int hour = two(text, from);
        int minute = two(text, from + 3);
        int second = 0;
        long fraction = 0;
        at = from + 5;
        if (at + 2 < to && text[at] == ':') {
            second = two(text, at + 1);
            at += 3;
            if (at < to && (text[at] == '.' || text[at] == ',')) {
                fraction = fraction(text, at + 1, to, digits);
            }
        }
        ok &= hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
        return (hour * 3600L + minute * 60L + second) * POWERS[digits] + fraction;
    }

    private long fraction(byte[] text, int from, int to, int digits) {
        long value = 0;
        int i = from;
        for (; i < to && text[i] >= '0' && text[i] <= '9'; i++) {
            if (i - from < digits) {
                value = value * 10 + (text[i] - '0');
            } else {
                ok &= text[i] == '0';
            }
        }
        int seen = i - from;
        ok &= seen > 0 && seen <= 9;
        at = i;
        return ok ? value * POWERS[Math.max(0, digits - seen)] : 0;
    }

    private long zoneSeconds(byte[] text, int to) {
        if (at < to && text[at] == ' ') {
            at++;
        }
        if (at < to && (text[at] == 'Z' || text[at] == 'z')) {
            at++;
            return 0;
        }
        ok &= at + 3 <= to && (text[at] == '+' || text[at] == '-');
        if (!ok) {
            return 0;
        }
        boolean negative = text[at] == '-';
        int hours = two(text, at + 1);
        at += 3;
        int minutes = zoneMinutes(text, to);
        ok &= hours >= 0 && hours <= 18 && minutes >= 0 && minutes < 60;
        int seconds = hours * 3600 + minutes * 60;
        return negative ? -seconds : seconds;
    }

    private int zoneMinutes(byte[] text, int to) {
        int colon = at < to && text[at] == ':' ? 1 : 0;
        if (at == to) {
            return 0;
        }
        if (at + colon + 2 > to) {
            return -1;
        }
        int minutes = two(text, at + colon);
        at += colon + 2;
        return minutes;
    }

    /** Days since 1970-01-01 of the ten bytes from {@code from} on. */
    private long day(byte[] text, int from) {
        int century = two(text, from);
        int yearOfCentury = two(text, from + 2);
        int month = two(text, from + 5);
        int day = two(text, from + 8);
        int year = century * 100 + yearOfCentury;
        ok = text[from + 4] == '-'
                && text[from + 7] == '-'
                && century >= 0
                && yearOfCentury >= 0
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= daysIn(year, month);
        return ok ? epochDay(year, month, day) : 0;
    }

    private static int daysIn(int year, int month) {
        if (month == 2) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /** Counts from March on, so that the leap day is the last of its year. */
    private static long epochDay(int year, int month, int day) {
        long fromMarch = month > 2 ? year : year - 1;
        long era = Math.floorDiv(fromMarch, 400L);
        long yearOfEra = fromMarch - era * 400;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    /** Two digits, or a negative number. */
    private static int two(byte[] text, int from) {
        int tens = text[from] - '0';
        int ones = text[from + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }
}
