package io.mainstem.runtime.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Where the characters of a quoted scalar stand in its line of the file: a quote that is doubled, and what is written with a
 * backslash, takes more columns than the one character that it stands for. One thread.
 */
final class QuotedColumns {

    private final int[] file;
    private final int quote;
    private final List<Integer> columns = new ArrayList<>();
    private int at;
    private int column;

    private QuotedColumns(Mark mark) {
        this.file = mark.getBuffer();
        this.at = mark.getPointer();
        this.quote = file[at];
        this.column = mark.getColumn() + 1;
    }

    /** The columns of its first line, from 1, with that of what ends it; none of a scalar without quotes. */
    static List<Integer> of(ScalarEvent event) {
        boolean isQuoted = event.isSQuoted() || event.isDQuoted();
        return event.getStartMark()
                .filter(mark -> isQuoted && mark.getPointer() < mark.getBuffer().length)
                .map(mark -> new QuotedColumns(mark).first())
                .orElse(List.of());
    }

    private List<Integer> first() {
        move(1);
        while (at < file.length && file[at] != '\n' && file[at] != '\r') {
            columns.add(column);
            int width = width();
            if (width == 0) {
                return List.copyOf(columns);
            }
            move(width);
        }
        return List.copyOf(columns);
    }

    private void move(int characters) {
        at += characters;
        column += characters;
    }

    /** How many characters stand for the next one; 0 at the end. */
    private int width() {
        int next = at + 1 < file.length ? file[at + 1] : 0;
        if (file[at] == quote) {
            return quote == '\'' && next == quote ? 2 : 0;
        }
        if (quote == '\'' || file[at] != '\\') {
            return 1;
        }
        return switch (next) {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            default -> 2;
        };
    }
}
