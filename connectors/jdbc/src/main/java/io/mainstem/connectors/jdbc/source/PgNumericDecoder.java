package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Reads numeric: groups of four decimal digits. */
final class PgNumericDecoder implements FieldDecoder {

    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int INFINITY = 0xD000;
    private static final int NEGATIVE_INFINITY = 0xF000;
    private static final int GROUPS_IN_LONG = 4;
    private static final BigInteger GROUP = BigInteger.valueOf(10_000);
    private static final long[] POWERS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private final Type type;

    PgNumericDecoder(Type type) {
        this.type = type;
    }

    @Override
    public void into(Row.Builder row, int field, byte[] bytes, int offset, int length) throws UnreadableValueException {
        int groups = PgDecoders.shortAt(bytes, offset);
        int sign = sign(bytes, offset);
        if (!type.isLong() || groups > GROUPS_IN_LONG) {
            row.setDecimal(field, decimal(bytes, offset));
            return;
        }
        long digits = digits(bytes, offset, groups);
        int behindPoint = 4 * (groups - 1 - PgDecoders.shortAt(bytes, offset + 2));
        int shift = groups == 0 ? 0 : type.scale() - behindPoint;
        if (shift >= POWERS.length || shift > 0 && digits > Long.MAX_VALUE / POWERS[shift] || shift < -3) {
            row.setDecimal(field, decimal(bytes, offset));
            return;
        }
        // The last group may have zeros behind the scale.
        long unscaled = shift >= 0 ? digits * POWERS[shift] : digits / POWERS[-shift];
        row.setLong(field, sign == NEGATIVE ? -unscaled : unscaled);
    }

    @Override
    public Object value(byte[] bytes, int offset, int length) throws UnreadableValueException {
        return decimal(bytes, offset);
    }

    private static int sign(byte[] bytes, int offset) throws UnreadableValueException {
        int sign = PgDecoders.shortAt(bytes, offset + 4) & 0xFFFF;
        switch (sign) {
            case NAN -> throw PgDecoders.special("NaN", "decimal");
            case INFINITY -> throw PgDecoders.special("Infinity", "decimal");
            case NEGATIVE_INFINITY -> throw PgDecoders.special("-Infinity", "decimal");
            default -> {
                return sign;
            }
        }
    }

    private static long digits(byte[] bytes, int offset, int groups) {
        long digits = 0;
        for (int i = 0; i < groups; i++) {
            digits = digits * 10_000 + PgDecoders.shortAt(bytes, offset + 8 + 2 * i);
        }
        return digits;
    }

    private static BigDecimal decimal(byte[] bytes, int offset) throws UnreadableValueException {
        int groups = PgDecoders.shortAt(bytes, offset);
        int weight = PgDecoders.shortAt(bytes, offset + 2);
        int scale = PgDecoders.shortAt(bytes, offset + 6);
        int sign = sign(bytes, offset);
        BigInteger digits = BigInteger.valueOf(digits(bytes, offset, Math.min(groups, GROUPS_IN_LONG)));
        for (int i = GROUPS_IN_LONG; i < groups; i++) {
            digits = digits.multiply(GROUP).add(BigInteger.valueOf(PgDecoders.shortAt(bytes, offset + 8 + 2 * i)));
        }
        BigDecimal value = groups == 0 ? BigDecimal.ZERO : new BigDecimal(digits, 4 * (groups - 1 - weight));
        return (sign == NEGATIVE ? value.negate() : value).setScale(scale);
    }
}
