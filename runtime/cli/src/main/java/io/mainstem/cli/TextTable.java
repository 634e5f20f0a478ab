package io.mainstem.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines of columns that stand below one another. For one thread. */
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();
    private final String indent;

    private TextTable(String indent, List<String> headings) {
        this.indent = indent;
        rows.add(headings);
    }

    TextTable(String... headings) {
        this("", List.of(headings));
    }

    /** A table inside of something: each of its lines begins with this. */
    static TextTable indented(String indent, String... headings) {
        return new TextTable(indent, List.of(headings));
    }

    void row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
    }

    void print(Console console) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            console.result(line.toString().stripTrailing());
        }
    }
}
