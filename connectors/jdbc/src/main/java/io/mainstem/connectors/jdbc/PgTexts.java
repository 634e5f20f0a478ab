package io.mainstem.connectors.jdbc;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What PostgreSQL would change without a word when it reads a text as a value of a column's type: digits that the column has no room for, a
 * zone that a time without one drops, a day that depends on a setting. Such texts are refused; what is no value at all is left to the server.
 */
final class PgTexts {

    private static final int MICROSECONDS = 6;
    /** Numbers of so many digits come back from a float4 or float8 as they were. */
    private static final int REAL_DIGITS = 6;

    private static final int DOUBLE_DIGITS = 15;

    private static final Pattern BOUNDS = Pattern.compile("^(\\[[-+\\d]+:[-+\\d]+])+=");
    private static final Pattern BETWEEN_ELEMENTS = Pattern.compile("[{},\"]+");
    private static final Pattern FRACTION = Pattern.compile("[.,](\\d*[1-9])");
    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d*\\.?\\d*([eE][-+]?\\d{1,5})?");

    private static final String DAY = "\\d{4,7}-\\d\\d-\\d\\d";
    private static final String CLOCK = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?";
    private static final String MIDNIGHT = "24:00:00";
    private static final String ZONE = "(Z|[-+]\\d\\d(:?\\d\\d(:\\d\\d)?)?)";
    private static final Pattern DATE = Pattern.compile("-?infinity|" + DAY + "( BC)?");
    private static final Pattern TIME = Pattern.compile(CLOCK + "|" + MIDNIGHT);
    private static final Pattern TIMETZ = Pattern.compile("(" + CLOCK + "|" + MIDNIGHT + ")" + ZONE);
    private static final Pattern TIMESTAMP = Pattern.compile("-?infinity|" + DAY + "[ T]" + CLOCK + "( BC)?");
    private static final Pattern TIMESTAMPTZ = Pattern.compile("-?infinity|" + DAY + "[ T]" + CLOCK + ZONE + "( BC)?");

    private PgTexts() {}

    /** Whether texts for a column have to be looked at. */
    static boolean areChecked(ColumnInfo column) {
        return switch (element(column)) {
            case "numeric", "float4", "float8", "date", "time", "timetz", "timestamp", "timestamptz", "interval" ->
                true;
            default -> false;
        };
    }

    private static boolean isArray(ColumnInfo column) {
        return column.type().startsWith("_");
    }

    private static String element(ColumnInfo column) {
        return isArray(column) ? column.type().substring(1) : column.type();
    }

    /** Refuses a text of which the column would keep a part only, or which does not say what it means. */
    static void check(ColumnInfo column, String text) throws BadValueException {
        for (String one : isArray(column) ? elements(text) : List.of(text)) {
            checkOne(column, one);
        }
    }

    /** What stands between braces and commas; none of the types that are looked at has one in a value. */
    private static List<String> elements(String array) {
        List<String> elements = new ArrayList<>();
        BETWEEN_ELEMENTS
                .splitAsStream(BOUNDS.matcher(array).replaceFirst(""))
                .filter(element -> !element.isBlank() && !element.equalsIgnoreCase("NULL"))
                .forEach(elements::add);
        return elements;
    }

    private static void checkOne(ColumnInfo column, String text) throws BadValueException {
        switch (element(column)) {
            case "numeric" -> decimal(column, text);
            case "float8" -> digits(column, text, DOUBLE_DIGITS, Double::parseDouble);
            case "float4" -> digits(column, text, REAL_DIGITS, Float::parseFloat);
            case "date" -> written(column, text, DATE, "2026-01-31");
            case "time" -> written(column, text, TIME, "23:59:59.5");
            case "timetz" -> written(column, text, TIMETZ, "23:59:59.5+00");
            case "timestamp" -> written(column, text, TIMESTAMP, "2026-01-31 23:59:59.5");
            case "timestamptz" -> written(column, text, TIMESTAMPTZ, "2026-01-31 23:59:59.5+00");
            default -> fraction(column, text);
        }
    }

    private static void decimal(ColumnInfo column, String text) throws BadValueException {
        if (column.precision() >= 0 && isNumber(text)) {
            BigDecimal plain = new BigDecimal(text.strip()).stripTrailingZeros();
            if (plain.signum() != 0 && plain.scale() > column.scale()) {
                throw lost(column, text);
            }
        }
    }

    /** More digits than always fit are right when they are those of the nearest number that the column has. */
    private static void digits(ColumnInfo column, String text, int always, ToDoubleFunction<String> parse)
            throws BadValueException {
        if (!isNumber(text)) {
            return;
        }
        BigDecimal written = new BigDecimal(text.strip()).stripTrailingZeros();
        double kept = parse.applyAsDouble(text.strip());
        if (written.precision() > always
                && Double.isFinite(kept)
                && new BigDecimal(kept)
                                .round(new MathContext(written.precision(), RoundingMode.HALF_EVEN))
                                .compareTo(written)
                        != 0) {
            throw lost(column, text);
        }
    }

    private static boolean isNumber(String text) {
        String plain = text.strip();
        return NUMBER.matcher(plain).matches() && plain.chars().anyMatch(Character::isDigit);
    }

    private static void written(ColumnInfo column, String text, Pattern form, String example) throws BadValueException {
        if (!form.matcher(text).matches()) {
            throw new BadValueException(
                    BadValueException.UNREADABLE,
                    column.name(),
                    BadValueException.shown(text) + " is not written as PostgreSQL writes a " + element(column) + " ("
                            + example + "), and could mean another one");
        }
        fraction(column, text);
    }

    private static void fraction(ColumnInfo column, String text) throws BadValueException {
        int most = column.precision() < 0 ? MICROSECONDS : Math.min(column.precision(), MICROSECONDS);
        Matcher fractions = FRACTION.matcher(text);
        while (fractions.find()) {
            if (fractions.group(1).length() > most) {
                throw new BadValueException(
                        column.name(),
                        BadValueException.shown(text) + " is finer than "
                                + (most == MICROSECONDS ? "the microseconds" : "the " + most + " digits of a second")
                                + " that " + column.type() + " holds");
            }
        }
    }

    private static BadValueException lost(ColumnInfo column, String text) {
        return new BadValueException(
                BadValueException.OUT_OF_RANGE,
                column.name(),
                BadValueException.shown(text) + " does not fit " + column.typeText());
    }
}
