package io.mainstem.connectors.jdbc.source;

import java.math.BigDecimal;

/**
 * A part of a whole, written as {@code 30%}.
 *
 * @param percent from 0 to 100
 */
record Share(BigDecimal percent) {

    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Share parse(String text) {
        String number = text.strip();
        try {
            BigDecimal percent = new BigDecimal(
                    number.substring(0, Math.max(0, number.length() - 1)).strip());
            if (number.endsWith("%") && percent.signum() >= 0 && percent.compareTo(ALL) <= 0) {
                return new Share(percent);
            }
        } catch (NumberFormatException e) {
            // It is said below.
        }
        throw new IllegalArgumentException("must be a share from 0% to 100%, not '" + text + "'");
    }

    /** From 0 to 1. */
    double part() {
        return percent.doubleValue() / ALL.doubleValue();
    }

    @Override
    public String toString() {
        return percent.toPlainString() + "%";
    }
}
