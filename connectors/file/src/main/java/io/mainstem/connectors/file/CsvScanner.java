package io.mainstem.connectors.file;

import java.util.Arrays;

/**
 * Finds the fields of one row of CSV in an array of UTF-8, without copying anything. One thread.
 *
 * <p>After {@link #scan} the fields lie in {@link #start}, {@link #end} and {@link #flags}. The array must have the byte
 * {@code \n} right behind the last one that was read ({@code limit}): that guard spares the hot loops a comparison.
 *
 * <p>The dialect is that of RFC 4180 as Apache Commons CSV reads it: a quote is special only where a field begins; behind
 * the closing quote only blanks may stand; LF, CRLF and CR all end a row.
 */
final class CsvScanner {

    /** {@link #scan}'s answer when the row is not complete in the array. */
    static final int MORE = -1;

    /** The field stood in quotes. */
    static final byte QUOTED = 1;
    /** The field contains doubled quotes or escapes. */
    static final byte ESCAPED = 2;
    /** The field has bytes outside ASCII. */
    static final byte WIDE = 4;
    /** The field has a byte 0. */
    static final byte NUL = 8;

    /** What can be wrong with a row. */
    enum Fault {
        NONE,
        UNCLOSED_QUOTE,
        TOO_MANY_LINES,
        TEXT_AFTER_QUOTE
    }

    private static final int NONE = -1000;
    private static final byte LF = '\n';
    private static final byte CR = '\r';

    private final byte delimiter;
    private final byte[] delimiters;
    private final int quote;
    private final int escape;
    private final int comment;
    private final byte[] escapedDelimiter;
    private final boolean trim;
    private final int fieldLinesMax;
    private final int plainAbove;
    private final int quotedPlainAbove;

    int[] start = new int[64];
    int[] end = new int[64];
    byte[] flags = new byte[64];

    private int count;
    private int lineEnds;
    private boolean terminated;
    private boolean blank;
    private Fault fault = Fault.NONE;
    private int faultAt;
    private int faultLine;
    private int fieldEnd;
    private int flag;

    CsvScanner(CsvDialect dialect) {
        this.delimiters = dialect.delimiterBytes();
        this.delimiter = delimiters[0];
        this.quote = dialect.quote().map(c -> (int) (byte) c.charValue()).orElse(NONE);
        this.escape = dialect.escape()
                .map(c -> (int) (byte) c.charValue())
                .filter(c -> c != quote)
                .orElse(NONE);
        this.comment = dialect.comment().map(c -> (int) (byte) c.charValue()).orElse(NONE);
        this.escapedDelimiter = dialect.escapedDelimiterBytes();
        this.trim = dialect.trim();
        this.fieldLinesMax = dialect.fieldLinesMax();
        this.plainAbove = Math.max(Math.max(delimiter, CR), escape);
        this.quotedPlainAbove = Math.max(Math.max(quote, CR), escape);
    }

    /**
     * Scans the row that begins at {@code from}.
     *
     * @param limit where what was read ends; {@code bytes[limit]} is {@code \n}
     * @param last whether nothing comes behind {@code limit}
     * @return where the next row begins, or {@link #MORE}
     */
    int scan(byte[] bytes, int from, int limit, boolean last) {
        count = 0;
        lineEnds = 0;
        fault = Fault.NONE;
        blank = bytes[from] == LF || bytes[from] == CR;
        int i = from;
        while (true) {
            int begin = trim ? skipBlanks(bytes, i) : i;
            if (bytes[begin] == quote) {
                i = quoted(bytes, begin, limit);
                add(begin + 1, fieldEnd, flag);
            } else {
                i = plain(bytes, begin, limit);
                add(begin, trim ? withoutBlanks(bytes, begin, i) : i, flag);
            }
            if (i < limit && bytes[i] != LF && bytes[i] != CR) {
                i += delimiters.length;
                continue;
            }
            return endOfRow(bytes, i, limit, last);
        }
    }

    private int plain(byte[] bytes, int from, int limit) {
        int seen = 0;
        int i = from;
        while (true) {
            byte c = bytes[i];
            if (c > plainAbove) {
                i++;
                continue;
            }
            if (c == delimiter && (delimiters.length == 1 || isDelimiter(bytes, i, limit)) || c == LF || c == CR) {
                flag = seen;
                return i;
            }
            if (c < 0) {
                seen |= WIDE;
            } else if (c == 0) {
                seen |= NUL;
            }
            if (c == escape) {
                seen |= ESCAPED;
                i = Math.min(i + 1, limit - 1);
            }
            i++;
        }
    }

    /** Reads a field in quotes; leaves where its text ends in {@link #fieldEnd} and returns where the field does. */
    private int quoted(byte[] bytes, int open, int limit) {
        int seen = QUOTED;
        int linesBefore = lineEnds;
        int i = open + 1;
        while (true) {
            byte c = bytes[i];
            if (c > quotedPlainAbove) {
                i++;
                continue;
            }
            if (i >= limit) {
                return unclosed(open, linesBefore, limit, seen);
            }
            if (c == escape) {
                seen |= ESCAPED;
                i = Math.min(i + 1, limit - 1);
            } else if (c == quote) {
                if (bytes[i + 1] != quote) {
                    break;
                }
                seen |= ESCAPED;
                i++;
            } else if (c == LF || c == CR && bytes[i + 1] != LF) {
                if (lineEnds - linesBefore == fieldLinesMax - 1) {
                    return tooManyLines(open, linesBefore, i, seen);
                }
                lineEnds++;
            } else if (c < 0) {
                seen |= WIDE;
            } else if (c == 0) {
                seen |= NUL;
            }
            i++;
        }
        fieldEnd = i;
        flag = seen;
        return behindQuote(bytes, i + 1, limit, open, linesBefore);
    }

    private int unclosed(int open, int linesBefore, int limit, int seen) {
        fail(Fault.UNCLOSED_QUOTE, open, linesBefore);
        fieldEnd = limit;
        flag = seen;
        return limit;
    }

    private int tooManyLines(int open, int linesBefore, int at, int seen) {
        fail(Fault.TOO_MANY_LINES, open, linesBefore);
        fieldEnd = at;
        flag = seen;
        return at;
    }

    /** Behind a closing quote only blanks may stand; else the rest of the line belongs to a bad row. */
    private int behindQuote(byte[] bytes, int from, int limit, int open, int linesBefore) {
        int i = from;
        while (true) {
            byte c = bytes[i];
            if (c == delimiter && isDelimiter(bytes, i, limit) || c == LF || c == CR) {
                return i;
            }
            if (c != ' ' && c != '\t') {
                break;
            }
            i++;
        }
        fail(Fault.TEXT_AFTER_QUOTE, open, linesBefore);
        while (bytes[i] != LF && bytes[i] != CR) {
            i++;
        }
        return i;
    }

    private void fail(Fault what, int at, int linesBefore) {
        if (fault == Fault.NONE) {
            fault = what;
            faultAt = at;
            faultLine = linesBefore;
        }
    }

    private int endOfRow(byte[] bytes, int at, int limit, boolean last) {
        terminated = at < limit;
        if (!terminated) {
            return last ? limit : MORE;
        }
        if (bytes[at] == LF) {
            return at + 1;
        }
        if (at + 1 == limit) {
            return last ? limit : MORE;
        }
        return bytes[at + 1] == LF ? at + 2 : at + 1;
    }

    /**
     * Finds the end of the line that begins at {@code from}.
     *
     * @return where the next line begins, or {@link #MORE}
     */
    int skipLine(byte[] bytes, int from, int limit, boolean last) {
        int i = from;
        while (bytes[i] != LF && bytes[i] != CR) {
            i++;
        }
        return endOfRow(bytes, Math.min(i, limit), limit, last);
    }

    private int skipBlanks(byte[] bytes, int from) {
        int i = from;
        while (isBlank(bytes[i])) {
            i++;
        }
        return i;
    }

    private int withoutBlanks(byte[] bytes, int from, int to) {
        int i = to;
        while (i > from && isBlank(bytes[i - 1])) {
            i--;
        }
        return i;
    }

    private boolean isBlank(byte c) {
        return (c == ' ' || c == '\t') && c != delimiter;
    }

    private boolean isDelimiter(byte[] bytes, int at, int limit) {
        for (int i = 1; i < delimiters.length; i++) {
            if (at + i >= limit || bytes[at + i] != delimiters[i]) {
                return false;
            }
        }
        return true;
    }

    private void add(int from, int to, int fieldFlags) {
        if (count == start.length) {
            start = Arrays.copyOf(start, count * 2);
            end = Arrays.copyOf(end, count * 2);
            flags = Arrays.copyOf(flags, count * 2);
        }
        start[count] = from;
        end[count] = to;
        flags[count] = (byte) fieldFlags;
        count++;
    }

    /** The number of fields of the row. */
    int count() {
        return count;
    }

    /** How many line ends lie inside the row's quotes. */
    int lineEnds() {
        return lineEnds;
    }

    /** Whether the row ended with a line end, not with the input. */
    boolean isTerminated() {
        return terminated;
    }

    /** Whether the row is a line without a single byte. */
    boolean isBlank() {
        return blank;
    }

    /** What is wrong with the row. Known of an incomplete row too. */
    Fault fault() {
        return fault;
    }

    /** The index of the quote that opens the field in which it went wrong. */
    int faultAt() {
        return faultAt;
    }

    /** How many line ends of the row lie in front of that quote. */
    int faultLine() {
        return faultLine;
    }

    /** The text of a field with its escapes resolved. */
    byte[] unescaped(byte[] bytes, int field) {
        boolean inQuotes = (flags[field] & QUOTED) != 0;
        byte[] out = new byte[end[field] - start[field]];
        int length = 0;
        for (int i = start[field]; i < end[field]; i++) {
            byte c = bytes[i];
            if (c == escape && isEscapedDelimiter(bytes, i + 1, end[field])) {
                System.arraycopy(delimiters, 0, out, length, delimiters.length);
                length += delimiters.length;
                i += escapedDelimiter.length;
            } else if (c == escape && i + 1 < end[field]) {
                i++;
                if (!isEscapable(bytes[i])) {
                    out[length++] = c;
                }
                out[length++] = escapedByte(bytes[i]);
            } else {
                if (inQuotes && c == quote) {
                    i++;
                }
                out[length++] = c;
            }
        }
        return Arrays.copyOf(out, length);
    }

    private boolean isEscapedDelimiter(byte[] bytes, int from, int to) {
        int end = from + escapedDelimiter.length;
        return end <= to && Arrays.equals(bytes, from, end, escapedDelimiter, 0, escapedDelimiter.length);
    }

    private boolean isEscapable(byte c) {
        return switch (c) {
            case 'n', 'r', 't', 'b', 'f', '\n', '\r', '\t', '\b', '\f' -> true;
            default -> c == escape || c == quote || c == comment;
        };
    }

    private static byte escapedByte(byte c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> c;
        };
    }
}
