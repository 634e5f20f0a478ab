package io.mainstem.connectors.jdbc.sql;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code TABLE} or {@code SCHEMA.TABLE}, and the columns of tables, as the options of sources and sinks have them. */
public final class NameParts {

    private static final int MOST = 2;

    private NameParts() {}

    /**
     * The schema, if there is one, and the name. Points in double quotes, and inside of the braces of a placeholder, do not separate;
     * in quotes, two double quotes are one of the name.
     *
     * @throws IllegalArgumentException when it is neither; the message follows the option's name
     */
    public static List<String> of(String text) {
        List<String> parts = split(text);
        if (parts.size() > MOST || parts.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "must be TABLE or SCHEMA.TABLE (a name with a point of its own in double quotes), not '" + text
                            + "'");
        }
        return parts;
    }

    /**
     * The schema and the table, if they are there, and the column.
     *
     * @throws IllegalArgumentException when it is none; the message follows the option's name
     */
    public static List<String> ofColumn(String text) {
        List<String> parts = split(text);
        if (parts.size() > MOST + 1 || parts.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "must have COLUMN, TABLE.COLUMN or SCHEMA.TABLE.COLUMN (a name with a point"
                            + " of its own in double quotes), not '" + text + "'");
        }
        return parts;
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        boolean braced = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                if (quoted && text.startsWith("\"\"", i)) {
                    part.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
                continue;
            }
            braced = c == '{' || braced && c != '}';
            if (c == '.' && !quoted && !braced) {
                parts.add(part.toString());
                part.setLength(0);
                continue;
            }
            part.append(c);
        }
        if (quoted) {
            throw new IllegalArgumentException("has a double quote without its partner: " + text);
        }
        parts.add(part.toString());
        return parts;
    }
}
