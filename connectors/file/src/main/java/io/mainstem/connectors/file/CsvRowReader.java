package io.mainstem.connectors.file;

import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes a row of the fields that the scanner found. Numbers, dates and times go from bytes to longs; text stays where it
 * is. One thread.
 */
final class CsvRowReader {

    private static final byte TEXT = 0;
    private static final byte INTEGER = 1;
    private static final byte DECIMAL = 2;
    private static final byte DATE = 3;
    private static final byte TIMESTAMP = 4;
    private static final byte TIMESTAMPTZ = 5;
    private static final byte OTHER = 6;

    private static final byte INVALID_TEXT = CsvScanner.WIDE | CsvScanner.NUL;

    private final Schema schema;
    private final String[] names;
    private final int[] fields;
    private final byte[] forms;
    private final Type[] types;
    private final boolean[] required;
    private final byte[] nullText;
    private final Row.Builder builder;
    private final TextParser parser = new TextParser();
    private final TextValues values = new TextValues();
    private String problem = "";

    /**
     * A reader for files with these columns.
     *
     * @param fields for each column the index of its field, or -1 when it is passed over
     */
    CsvRowReader(Schema schema, List<String> columns, int[] fields, CsvDialect dialect) {
        this.schema = schema;
        this.names = columns.toArray(new String[0]);
        this.fields = fields.clone();
        this.forms = new byte[fields.length];
        this.types = new Type[fields.length];
        this.required = new boolean[fields.length];
        this.nullText = dialect.nullBytes();
        this.builder = Row.builder(schema);
        for (int i = 0; i < fields.length; i++) {
            if (fields[i] >= 0) {
                Field field = schema.field(fields[i]);
                types[i] = field.type();
                forms[i] = form(field.type());
                required[i] = !field.isNullable();
            }
        }
    }

    private static byte form(Type type) {
        return switch (type.kind()) {
            case STRING -> TEXT;
            case INT8, INT16, INT32, INT64 -> INTEGER;
            case DECIMAL -> type.isLong() ? DECIMAL : OTHER;
            case DATE -> DATE;
            case TIMESTAMP -> TIMESTAMP;
            case TIMESTAMPTZ -> TIMESTAMPTZ;
            default -> OTHER;
        };
    }

    /** The row, or null when one of its fields is not what it should be: then {@link #problem} says why. */
    @Nullable
    Row read(byte[] bytes, CsvScanner scanner) {
        if (scanner.count() != fields.length) {
            problem = count(scanner.count());
            return null;
        }
        for (int column = 0; column < fields.length; column++) {
            if (fields[column] >= 0 && !set(column, bytes, scanner)) {
                builder.reset();
                return null;
            }
        }
        return builder.build();
    }

    private boolean set(int column, byte[] bytes, CsvScanner scanner) {
        int from = scanner.start[column];
        int to = scanner.end[column];
        byte flags = scanner.flags[column];
        if (isNull(column, bytes, from, to, flags)) {
            return setNull(column);
        }
        if ((flags & INVALID_TEXT) != 0 && !isValid(column, bytes, from, to)) {
            return false;
        }
        if ((flags & CsvScanner.ESCAPED) != 0) {
            byte[] text = scanner.unescaped(bytes, column);
            return setValue(column, text, 0, text.length);
        }
        return setValue(column, bytes, from, to);
    }

    private boolean setValue(int column, byte[] bytes, int from, int to) {
        byte form = forms[column];
        if (form == TEXT) {
            builder.setUtf8(fields[column], bytes, from, to - from);
            return true;
        }
        Type type = types[column];
        if (form == OTHER) {
            return setOther(column, type, bytes, from, to);
        }
        long value = parse(form, type, bytes, from, to);
        if (!parser.ok) {
            return wrong(column, bytes, from, to);
        }
        builder.setLong(fields[column], value);
        return true;
    }

    private long parse(byte form, Type type, byte[] bytes, int from, int to) {
        return switch (form) {
            case INTEGER -> integer(type.kind(), bytes, from, to);
            case DECIMAL -> parser.decimal(bytes, from, to, type.precision(), type.scale());
            case DATE -> parser.date(bytes, from, to);
            case TIMESTAMP -> parser.timestamp(bytes, from, to, type.precision(), false);
            default -> parser.timestamp(bytes, from, to, type.precision(), true);
        };
    }

    private long integer(Type.Kind kind, byte[] bytes, int from, int to) {
        long value = parser.integer(bytes, from, to);
        parser.ok &= fits(kind, value);
        return value;
    }

    private static boolean fits(Type.Kind kind, long value) {
        return switch (kind) {
            case INT8 -> value == (byte) value;
            case INT16 -> value == (short) value;
            case INT32 -> value == (int) value;
            default -> true;
        };
    }

    private boolean setOther(int column, Type type, byte[] bytes, int from, int to) {
        try {
            builder.set(fields[column], values.parse(type, TextValues.text(bytes, from, to)));
            return true;
        } catch (IllegalArgumentException | ArithmeticException e) {
            return wrong(column, bytes, from, to);
        }
    }

    /** Without quotes the text for null; with them nothing, where a text of nothing makes no sense. */
    private boolean isNull(int column, byte[] bytes, int from, int to, byte flags) {
        if (from == to && forms[column] != TEXT) {
            return true;
        }
        return (flags & CsvScanner.QUOTED) == 0
                && to - from == nullText.length
                && (from == to || Arrays.equals(bytes, from, to, nullText, 0, nullText.length));
    }

    private boolean setNull(int column) {
        if (required[column]) {
            problem = "column '" + names[column] + "' is empty, and its type is '" + types[column] + " not null'";
            return false;
        }
        builder.setNull(fields[column]);
        return true;
    }

    private boolean isValid(int column, byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == 0) {
                problem = "column '" + names[column] + "', byte " + (i - from + 1)
                        + ": it is 0, which is no character; the file may be damaged, or be of another encoding";
                return false;
            }
        }
        int at = Utf8.firstInvalid(bytes, from, to);
        if (at >= 0) {
            problem = String.format(
                    Locale.ROOT,
                    "column '%s', byte %d: 0x%02x is not valid there; say how the file is encoded, such as encoding:"
                            + " windows-1252",
                    names[column],
                    at - from + 1,
                    bytes[at] & 0xff);
        }
        return at < 0;
    }

    private boolean wrong(int column, byte[] bytes, int from, int to) {
        problem =
                "column '" + names[column] + "': '" + TextValues.shortText(bytes, from, to) + "' is no " + types[column]
                        + "; correct it, or declare columns: {" + names[column] + ": string} to keep it as text";
        return false;
    }

    private String count(int count) {
        return "it has " + count + (count == 1 ? " field" : " fields") + ", not the " + fields.length
                + " of the columns " + shortened(String.join(", ", names));
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }

    /** What is wrong with the last row. */
    String problem() {
        return problem;
    }

    @Override
    public String toString() {
        return schema.toString();
    }
}
