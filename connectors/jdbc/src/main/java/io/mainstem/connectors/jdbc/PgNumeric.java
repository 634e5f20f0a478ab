package io.mainstem.connectors.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;

/**
 * PostgreSQL's binary numeric: 16-bit digits to the base 10,000, the weight of the first, a sign, and the number of decimal
 * digits behind the point.
 */
final class PgNumeric {

    private static final int NEGATIVE = 0x4000;
    private static final int BASE = 10_000;
    private static final int LONG_SCALE_MAX = 16;
    private static final int SCALE_MAX = 16_383;
    private static final BigInteger BIG_BASE = BigInteger.valueOf(BASE);
    private static final long[] POWERS = powers();

    private PgNumeric() {}

    private static long[] powers() {
        long[] powers = new long[19];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }

    /** The number {@code unscaled / 10^scale}. */
    static void write(long unscaled, int scale, CopyOutput out) throws SQLException {
        if (scale > LONG_SCALE_MAX || unscaled == Long.MIN_VALUE) {
            write(BigDecimal.valueOf(unscaled, scale), out);
            return;
        }
        long absolute = Math.abs(unscaled);
        long whole = absolute / POWERS[scale];
        int groupsBehind = (scale + 3) >> 2;
        long fraction = (absolute - whole * POWERS[scale]) * POWERS[(groupsBehind << 2) - scale];
        int groupsBefore = groups(whole);
        int dropped = 0;
        while (dropped < groupsBehind && fraction % BASE == 0) {
            fraction /= BASE;
            dropped++;
        }
        groupsBehind -= dropped;
        writeGroups(whole, groupsBefore, fraction, groupsBehind, unscaled < 0 ? NEGATIVE : 0, scale, out);
    }

    private static void writeGroups(
            long whole, int groupsBefore, long fraction, int groupsBehind, int sign, int scale, CopyOutput out)
            throws SQLException {
        int first = 0;
        int last = groupsBefore + groupsBehind;
        int weight = groupsBefore - 1;
        if (groupsBefore == 0) {
            while (first < groupsBehind && digit(fraction, groupsBehind - 1 - first) == 0) {
                first++;
                weight--;
            }
        } else if (groupsBehind == 0) {
            long rest = whole;
            while (last > 0 && rest % BASE == 0) {
                rest /= BASE;
                last--;
            }
        }
        header(last - first, last == first ? 0 : weight, sign, scale, out);
        for (int i = first; i < last; i++) {
            out.putShort(
                    i < groupsBefore
                            ? digit(whole, groupsBefore - 1 - i)
                            : digit(fraction, groupsBehind - 1 - (i - groupsBefore)));
        }
    }

    private static int groups(long whole) {
        int groups = 0;
        for (long rest = whole; rest > 0; rest /= BASE) {
            groups++;
        }
        return groups;
    }

    private static int digit(long number, int group) {
        return switch (group) {
            case 0 -> (int) (number % BASE);
            case 1 -> (int) (number / 10_000L % BASE);
            case 2 -> (int) (number / 100_000_000L % BASE);
            case 3 -> (int) (number / 1_000_000_000_000L % BASE);
            default -> (int) (number / 10_000_000_000_000_000L);
        };
    }

    private static void header(int digits, int weight, int sign, int scale, CopyOutput out) throws SQLException {
        out.putInt(8 + 2 * digits);
        out.putShort(digits);
        out.putShort(weight);
        out.putShort(digits == 0 ? 0 : sign);
        out.putShort(scale);
    }

    /** A number of any size. */
    static void write(BigDecimal value, CopyOutput out) throws SQLException {
        BigDecimal number = value.scale() < 0 ? value.setScale(0) : value;
        int scale = number.scale();
        int groupsBehind = (scale + 3) >> 2;
        BigInteger rest = number.unscaledValue().abs().multiply(BigInteger.TEN.pow((groupsBehind << 2) - scale));
        short[] digits = new short[rest.bitLength() / 13 + 2];
        int count = 0;
        while (rest.signum() != 0) {
            BigInteger[] parts = rest.divideAndRemainder(BIG_BASE);
            digits[count++] = parts[1].shortValue();
            rest = parts[0];
        }
        int trailing = 0;
        while (trailing < count && digits[trailing] == 0) {
            trailing++;
        }
        header(
                count - trailing,
                count == 0 ? 0 : count - groupsBehind - 1,
                number.signum() < 0 ? NEGATIVE : 0,
                scale,
                out);
        for (int i = count - 1; i >= trailing; i--) {
            out.putShort(digits[i]);
        }
    }

    /** Whether PostgreSQL has room for it: 131,072 digits before the point, 16,383 behind it. */
    static boolean fits(BigDecimal value) {
        return value.scale() <= SCALE_MAX && (long) value.precision() - value.scale() <= 131_072;
    }
}
