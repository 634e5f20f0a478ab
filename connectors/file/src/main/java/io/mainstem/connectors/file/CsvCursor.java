package io.mainstem.connectors.file;

import java.io.IOException;
import java.util.Arrays;

/**
 * Steps through the rows of a text. Passes over blank lines and comments, counts lines, and keeps within the limit of a
 * row's bytes whatever the text is. One thread.
 */
final class CsvCursor {

    /** What comes next. */
    enum Step {
        /** A row; its fields are the scanner's. */
        ROW,
        /** Something that is no row; {@link #problem} says why. */
        BAD,
        /** The beginning of a row whose end was not written yet. */
        PARTIAL,
        /** The end of what is there. */
        END
    }

    private static final int RAW_MAX = 64 * 1024;

    private final TextBuffer buffer;
    private final CsvScanner scanner;
    private final int comment;
    private final int rowMax;
    private final int fieldLinesMax;

    private long line;
    private int rowEnd;
    private int rowLines;
    private boolean rowOpen;
    private boolean openLine;
    private boolean skipping;
    private String problem = "";
    private long problemLine;

    CsvCursor(TextBuffer buffer, CsvScanner scanner, CsvDialect dialect, int rowMax) {
        this.buffer = buffer;
        this.scanner = scanner;
        this.comment = dialect.comment().map(c -> (int) c).orElse(-1);
        this.rowMax = rowMax;
        this.fieldLinesMax = dialect.fieldLinesMax();
    }

    /**
     * Finds the next row, and stays in front of it until {@link #advance}.
     *
     * @param last whether the end of what is there ends a row too
     */
    Step next(boolean last) throws IOException {
        boolean atEnd = false;
        while (true) {
            if (buffer.remaining() == 0 && !buffer.more()) {
                return Step.END;
            }
            boolean isComment = buffer.bytes[buffer.position] == comment;
            int end = isComment
                    ? scanner.skipLine(buffer.bytes, buffer.position, buffer.limit, atEnd)
                    : scanner.scan(buffer.bytes, buffer.position, buffer.limit, atEnd);
            if ((end == CsvScanner.MORE ? buffer.limit : end) - buffer.position > rowMax) {
                return tooLong();
            }
            if (end != CsvScanner.MORE) {
                if (!isComment && !scanner.isBlank()) {
                    return found(end);
                }
                buffer.position = end;
                openLine = !scanner.isTerminated();
                line += openLine ? 0 : 1;
            } else if (!buffer.more()) {
                if (!last) {
                    return Step.PARTIAL;
                }
                atEnd = true;
            }
        }
    }

    private Step found(int end) {
        rowEnd = end;
        rowOpen = !scanner.isTerminated();
        rowLines = scanner.lineEnds() + (rowOpen ? 0 : 1);
        return switch (scanner.fault()) {
            case NONE -> Step.ROW;
            case TEXT_AFTER_QUOTE -> textAfterQuote();
            case TOO_MANY_LINES ->
                cutBehindQuote("is not closed within " + fieldLinesMax + (fieldLinesMax == 1 ? " line" : " lines")
                        + " (max-lines-in-field)");
            case UNCLOSED_QUOTE -> cutBehindQuote("is not closed before the end of the file");
        };
    }

    private Step textAfterQuote() {
        int lines = scanner.lineEnds() - scanner.faultLine();
        if (lines > 0) {
            return cutBehindQuote("is closed " + lines + (lines == 1 ? " line" : " lines")
                    + " below, by a quote with text behind it that is no delimiter");
        }
        problemLine = line + 1 + scanner.faultLine();
        problem = "there is text behind a closing quote; a quote inside quotes is written twice";
        return Step.BAD;
    }

    /** The lines behind the quote are read as rows: it is more likely one quote too many than all of them quoted. */
    private Step cutBehindQuote(String how) {
        problemLine = line + 1 + scanner.faultLine();
        problem = "the quote that opens here " + how + "; reading goes on in the next line";
        rowEnd = scanner.faultAt();
        rowLines = scanner.faultLine() + 1;
        skipping = true;
        return Step.BAD;
    }

    /** Decides by the bytes within the limit only, so that the outcome does not depend on how much was read. */
    private Step tooLong() {
        int cut = buffer.position + rowMax;
        byte behind = buffer.bytes[cut];
        buffer.bytes[cut] = '\n';
        scanner.scan(buffer.bytes, buffer.position, cut, false);
        buffer.bytes[cut] = behind;
        if (scanner.fault() == CsvScanner.Fault.UNCLOSED_QUOTE) {
            return cutBehindQuote("is not closed within the " + rowMax + " bytes that a row may have (max-row-bytes)");
        }
        problemLine = line + 1;
        problem = "the row is longer than the " + rowMax + " bytes that it may have (max-row-bytes)";
        rowEnd = cut;
        rowLines = scanner.lineEnds() + 1;
        skipping = true;
        return Step.BAD;
    }

    /** Whether what {@link #next} found ends somewhere within a line, the rest of which {@link #advance} passes over. */
    boolean isCut() {
        return skipping;
    }

    /** Goes behind what {@link #next} found. Fails only when that is cut. */
    void advance() throws IOException {
        buffer.position = rowEnd;
        line += rowLines;
        openLine = rowOpen;
        if (skipping) {
            skipping = false;
            openLine = !skipLine();
        }
    }

    private boolean skipLine() throws IOException {
        while (true) {
            int end = scanner.skipLine(buffer.bytes, buffer.position, buffer.limit, false);
            if (end != CsvScanner.MORE) {
                buffer.position = end;
                return true;
            }
            buffer.position = Math.max(buffer.position, buffer.limit - 1);
            if (!buffer.more()) {
                buffer.consumeAll();
                return false;
            }
        }
    }

    /** The bytes of what {@link #next} found; of something very long its beginning. */
    byte[] raw() {
        int end = rowEnd;
        if (skipping) {
            int lineEnd = scanner.skipLine(buffer.bytes, rowEnd, buffer.limit, true);
            end = Math.min(lineEnd, buffer.position + RAW_MAX);
        }
        while (end > buffer.position && (buffer.bytes[end - 1] == '\n' || buffer.bytes[end - 1] == '\r')) {
            end--;
        }
        return Arrays.copyOfRange(buffer.bytes, buffer.position, end);
    }

    /** What is wrong with what {@link #next} found. */
    String problem() {
        return problem;
    }

    /** The number of the line where it is wrong, from 1. */
    long problemLine() {
        return problemLine;
    }

    /** The number of the line in front of which the cursor stands, from 1. */
    long lineNumber() {
        return line + 1;
    }

    /** Where a quote of the row opens and closes that runs over lines, for whoever finds the row wrong; or the empty text. */
    String quoteHint() {
        for (int i = 0; i < scanner.count() && scanner.lineEnds() > 0; i++) {
            int lines = lineEnds(scanner.start[i], scanner.end[i]);
            if (lines > 0) {
                long opens = lineNumber() + lineEnds(buffer.position, scanner.start[i]);
                return "; a quote that opens in line " + opens + " closes in line " + (opens + lines)
                        + ": perhaps one is missing, or one too many";
            }
        }
        return "";
    }

    private int lineEnds(int from, int to) {
        int lines = 0;
        for (int i = from; i < to; i++) {
            byte c = buffer.bytes[i];
            lines += c == '\n' || c == '\r' && buffer.bytes[i + 1] != '\n' ? 1 : 0;
        }
        return lines;
    }

    /** Whether what lies right in front of the cursor ended with the text, not with a line end. */
    boolean isLineOpen() {
        return openLine;
    }

    /** The lines in front of the cursor. */
    long line() {
        return line;
    }

    /** Takes over the state at the place to which the buffer was moved. */
    void moved(FilePosition position) {
        line = position.line();
        openLine = position.openLine();
    }

    /** The text. */
    TextBuffer buffer() {
        return buffer;
    }

    /** What found the fields. */
    CsvScanner scanner() {
        return scanner;
    }
}
