package io.mainstem.connectors.file;

import io.mainstem.api.Field;
import io.mainstem.api.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the first rows of a file tell about its columns. */
final class CsvSample {

    private final List<String> names;
    private final List<TypeGuess> guesses = new ArrayList<>();
    private final byte[] nullText;
    private long rows;
    private boolean empty = true;

    private CsvSample(List<String> names, byte[] nullText) {
        this.names = names;
        this.nullText = nullText;
        names.forEach(name -> guesses.add(new TypeGuess()));
    }

    /**
     * Looks at rows; those that are bad do not count.
     *
     * @param names the names of the columns; when there are none, the first row tells how many columns there are
     */
    static CsvSample take(CsvCursor cursor, List<String> names, long rowsMax, byte[] nullText) throws IOException {
        CsvSample sample = new CsvSample(new ArrayList<>(names), nullText);
        try {
            sample.addRows(cursor, rowsMax);
        } catch (IOException e) {
            if (sample.rows == 0) {
                throw e;
            }
        }
        return sample;
    }

    /** Rows in front of a damage tell as much as others; the damage itself is found by the one who reads them. */
    private void addRows(CsvCursor cursor, long rowsMax) throws IOException {
        CsvCursor.Step step = cursor.next(true);
        empty = step == CsvCursor.Step.END;
        while (step != CsvCursor.Step.END && (rows < rowsMax || names.isEmpty())) {
            if (step == CsvCursor.Step.ROW) {
                add(cursor.buffer().bytes, cursor.scanner(), rowsMax);
            }
            cursor.advance();
            step = cursor.next(true);
        }
    }

    private void add(byte[] bytes, CsvScanner scanner, long rowsMax) {
        if (names.isEmpty()) {
            for (int i = 1; i <= scanner.count(); i++) {
                names.add("c" + i);
                guesses.add(new TypeGuess());
            }
        }
        if (scanner.count() != guesses.size() || rows >= rowsMax) {
            return;
        }
        rows++;
        for (int i = 0; i < guesses.size(); i++) {
            int from = scanner.start[i];
            int to = scanner.end[i];
            boolean quoted = (scanner.flags[i] & CsvScanner.QUOTED) != 0;
            if (from < to && (quoted || !Arrays.equals(bytes, from, to, nullText, 0, nullText.length))) {
                guesses.get(i).add(bytes, from, to);
            }
        }
    }

    /** How many rows were looked at. */
    long rows() {
        return rows;
    }

    /** Whether the types are known: from rows, or since all columns are declared. */
    boolean tellsTypes(Map<String, ColumnType> declared) {
        return !empty || declared.keySet().containsAll(names);
    }

    /** The fields: of a declared type, else of the type that holds all that was seen. */
    List<Field> fields(Map<String, ColumnType> declared) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ColumnType type = declared.get(names.get(i));
            Type guess = guesses.get(i).type();
            fields.add(type == null ? Field.nullable(names.get(i), guess) : type.field(names.get(i)));
        }
        return fields;
    }
}
