package io.mainstem.connectors.file;

import io.mainstem.api.StopException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the names of the columns from the first row of a file. */
final class CsvHeader {

    private static final String NAMES =
            "Give every column of the first row a name of its own, or set header: false and "
                    + "name them in `columns`.";

    private CsvHeader() {}

    /**
     * Reads the header, and leaves the cursor behind it.
     *
     * @param last whether the end of the file ends the header too
     * @return the names; none when the file has no row
     */
    static List<String> read(CsvCursor cursor, String file, boolean last) throws IOException {
        CsvCursor.Step step = cursor.next(last);
        if (step == CsvCursor.Step.BAD) {
            throw new StopException(
                    "file.header", file + ":" + cursor.problemLine() + ": the header: " + cursor.problem(), NAMES);
        }
        if (step != CsvCursor.Step.ROW) {
            return List.of();
        }
        List<String> names = names(cursor, file);
        cursor.advance();
        return names;
    }

    private static List<String> names(CsvCursor cursor, String file) {
        CsvScanner scanner = cursor.scanner();
        byte[] bytes = cursor.buffer().bytes;
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        String where = file + ":" + cursor.lineNumber();
        for (int i = 0; i < scanner.count(); i++) {
            checkEncoding(scanner, bytes, i, where);
            String name = text(scanner, bytes, i).strip();
            if (name.isEmpty()) {
                throw new StopException("file.header", where + ": column " + (i + 1) + " has no name", NAMES);
            }
            if (!seen.add(name)) {
                throw new StopException("file.header", where + ": two columns are named '" + name + "'", NAMES);
            }
            names.add(name);
        }
        return names;
    }

    private static void checkEncoding(CsvScanner scanner, byte[] bytes, int field, String where) {
        boolean nul = (scanner.flags[field] & CsvScanner.NUL) != 0;
        if (nul || Utf8.firstInvalid(bytes, scanner.start[field], scanner.end[field]) >= 0) {
            throw new StopException(
                    "file.encoding",
                    where + ": the name of column " + (field + 1)
                            + (nul ? " contains bytes that are 0" : " is not valid in the file's encoding"),
                    "Say how the file is encoded, such as encoding: " + (nul ? "utf-16le" : "windows-1252") + ".");
        }
    }

    private static String text(CsvScanner scanner, byte[] bytes, int field) {
        return (scanner.flags[field] & CsvScanner.ESCAPED) != 0
                ? new String(scanner.unescaped(bytes, field), StandardCharsets.UTF_8)
                : new String(
                        bytes, scanner.start[field], scanner.end[field] - scanner.start[field], StandardCharsets.UTF_8);
    }
}
