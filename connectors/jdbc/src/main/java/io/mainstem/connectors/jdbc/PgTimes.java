package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import io.mainstem.api.Type;

/** Dates and times in PostgreSQL's binary form: days or microseconds since 2000-01-01. */
final class PgTimes {

    private static final long EPOCH_DAYS = 10_957;
    private static final long EPOCH_MICROS = EPOCH_DAYS * 86_400_000_000L;
    private static final long DATE_MIN = -2_451_545L;
    private static final long DATE_MAX = 2_145_031_948L;
    /** 4713-01-01 BC, and the start of the year 294277. */
    private static final long MICROS_MIN = -211_813_488_000_000_000L;

    private static final long MICROS_END = 9_223_371_331_200_000_000L;

    private PgTimes() {}

    static CopyColumn of(Type type, ColumnInfo column) {
        return switch (type.kind()) {
            case DATE -> date(column);
            case TIME -> time(type, column);
            case TIMESTAMP -> timestamp(type, column, "timestamp", "timestamptz");
            default -> timestamp(type, column, "timestamptz", "timestamp");
        };
    }

    private static CopyColumn date(ColumnInfo column) {
        return switch (column.type()) {
            case "date" -> (row, field, out) -> out.intValue((int) days(column, row, field));
            case "timestamp" ->
                (row, field, out) -> out.longValue(
                        inRange(column, row, field, Math.multiplyExact(days(column, row, field), 86_400_000_000L)));
            default -> PgColumns.plainText(column, "choose a column of type date, timestamp or text");
        };
    }

    private static long days(ColumnInfo column, Row row, int field) throws BadValueException {
        long days = row.longAt(field) - EPOCH_DAYS;
        if (days < DATE_MIN || days >= DATE_MAX) {
            throw outside(column, row, field);
        }
        return days;
    }

    private static CopyColumn time(Type type, ColumnInfo column) {
        if (!column.type().equals("time")) {
            return PgColumns.plainText(column, "choose a column of type time or text");
        }
        return (row, field, out) -> out.longValue(micros(type, column, row, field));
    }

    private static CopyColumn timestamp(Type type, ColumnInfo column, String same, String other) {
        if (column.type().equals(other)) {
            throw PgColumns.refused(
                    "one has a time zone and the other has none, and which one is meant nobody says; choose a "
                            + "column of type " + same + ", or convert the field with a transform");
        }
        if (!column.type().equals(same)) {
            return PgColumns.plainText(column, "choose a column of type " + same + " or text");
        }
        if (type.precision() == 6 && column.precision() < 0) {
            return (row, field, out) -> out.longValue(inRange(column, row, field, since2000(row.longAt(field))));
        }
        return (row, field, out) ->
                out.longValue(inRange(column, row, field, since2000(micros(type, column, row, field))));
    }

    /** What is too early to be counted so is outside of the column's range too. */
    private static long since2000(long micros) {
        return micros < Long.MIN_VALUE + EPOCH_MICROS ? Long.MIN_VALUE : micros - EPOCH_MICROS;
    }

    /** Microseconds, none of whose digits the column would drop. */
    private static long micros(Type type, ColumnInfo column, Row row, int field) throws BadValueException {
        long units = row.longAt(field);
        long micros;
        if (type.precision() == 9) {
            micros = Math.floorDiv(units, 1000L);
            if (micros * 1000 != units) {
                throw tooFine(column, row, field, "microseconds");
            }
        } else if (type.precision() == 3) {
            if (Math.abs(units) > Long.MAX_VALUE / 1000) {
                throw outside(column, row, field);
            }
            micros = units * 1000;
        } else {
            micros = units;
        }
        long step = step(column);
        if (micros % step != 0) {
            throw tooFine(column, row, field, column.precision() + " digits of a second");
        }
        return micros;
    }

    private static long step(ColumnInfo column) {
        long step = 1;
        for (int digits = column.precision() < 0 ? 6 : column.precision(); digits < 6; digits++) {
            step *= 10;
        }
        return step;
    }

    private static long inRange(ColumnInfo column, Row row, int field, long micros) throws BadValueException {
        if (micros < MICROS_MIN || micros >= MICROS_END) {
            throw outside(column, row, field);
        }
        return micros;
    }

    private static BadValueException outside(ColumnInfo column, Row row, int field) {
        return new BadValueException(
                column.name(),
                BadValueException.shown(String.valueOf(row.at(field))) + " is outside what " + column.type()
                        + " holds");
    }

    private static BadValueException tooFine(ColumnInfo column, Row row, int field, String digits) {
        return new BadValueException(
                column.name(),
                BadValueException.shown(String.valueOf(row.at(field))) + " is finer than the " + digits
                        + " that the column holds");
    }
}
