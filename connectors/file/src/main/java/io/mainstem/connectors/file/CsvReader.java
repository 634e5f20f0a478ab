package io.mainstem.connectors.file;

import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Row;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the rows of one file, from a position of which it first makes sure that what lies before it is unchanged. */
final class CsvReader implements SplitReader {

    private static final int ROWS_MAX = 10_000;
    private static final int BYTES_MAX = 1024 * 1024;
    private static final long SKIP_STEP = 64L * 1024 * 1024;
    /** A file that grows in place is read again up to here, to compare; of a longer one only the last bytes are. */
    private static final long COMPARED_MAX = 16L * 1024 * 1024;

    private final String id;
    private final Path path;
    private final CsvStream csv;
    private final ReaderContext context;
    private final System.Logger logger;

    private FilePosition position;
    private FileStamp stamp = new FileStamp(-1, Instant.EPOCH.toString());
    private FileStamp seen = stamp;
    private @Nullable FilePosition saved;
    private boolean waiting;
    private @Nullable OpenFile open;
    private @Nullable IOException failure;
    private volatile boolean cancelled;

    /**
     * A file that is being read.
     *
     * @param identity what tells it from another file of the same name, where the file system has such a thing
     */
    private record OpenFile(
            TextFile file,
            CsvCursor cursor,
            CsvRowReader rows,
            @Nullable Object identity) {}

    CsvReader(String id, Path path, CsvStream csv, ReaderContext context, FilePosition position, System.Logger logger) {
        this.id = id;
        this.path = path;
        this.csv = csv;
        this.context = context;
        this.position = position;
        this.logger = logger;
    }

    @Override
    public Poll poll(Emitter out, Duration maxWait) throws IOException {
        try {
            boolean gone = !look();
            boolean last = gone || context.isBounded() || csv.isSettled(stamp);
            return waiting && !last && open != null && stamp.equals(seen) ? idle() : read(out, last);
        } catch (EOFException e) {
            close();
            if (context.isBounded() || csv.isSettled(stamp)) {
                throw FileErrors.unreadable(id, position.rows(), e);
            }
            return idle();
        } catch (IOException e) {
            throw FileErrors.unreadable(id, position.rows(), e);
        }
    }

    /**
     * Looks how the file is now, and gives up what is open when it cannot just be read on.
     *
     * @return whether it is there; if not, what is open can still be read
     */
    private boolean look() throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            if (open == null) {
                throw e;
            }
            return false;
        }
        stamp = FileStamp.of(attributes);
        if (waiting && !stamp.equals(seen) && !hasOnlyGrown(attributes)) {
            close();
        }
        return true;
    }

    /** Grown in place, and the same as before in front of that: an editor, or a copy over it, keeps the file too. */
    private boolean hasOnlyGrown(BasicFileAttributes attributes) throws IOException {
        OpenFile file = open;
        return file != null
                && file.file().isPlain()
                && file.cursor().buffer().offset() > COMPARED_MAX
                && attributes.size() > file.cursor().buffer().offset()
                && attributes.fileKey() != null
                && Objects.equals(attributes.fileKey(), file.identity())
                && file.file().stillHasTail();
    }

    private Poll read(Emitter out, boolean last) throws IOException {
        IOException failed = failure;
        if (failed != null) {
            failure = null;
            throw failed;
        }
        seen = stamp;
        if (open == null) {
            open = openAtPosition(last);
        }
        OpenFile file = open;
        if (cancelled) {
            return Poll.more();
        }
        if (file == null) {
            return headerless(out, last);
        }
        CsvCursor.Step step = rows(file, out, last);
        waiting = step != CsvCursor.Step.ROW;
        checkpoint(file, out, step == CsvCursor.Step.END);
        if (!waiting) {
            return Poll.more();
        }
        return last ? Poll.end() : idle();
    }

    private Poll idle() {
        waiting = true;
        return Poll.idle(csv.followEvery());
    }

    private Poll headerless(Emitter out, boolean last) {
        if (!last) {
            return idle();
        }
        position = position.endingAt(stamp);
        out.checkpoint(position.toPosition());
        return Poll.end();
    }

    /** The hot loop: rows until there are enough for a batch, or there are no more. */
    private CsvCursor.Step rows(OpenFile file, Emitter out, boolean last) throws IOException {
        CsvCursor cursor = file.cursor();
        TextBuffer buffer = cursor.buffer();
        long enough = buffer.offset() + BYTES_MAX;
        int count = 0;
        CsvCursor.Step step = CsvCursor.Step.ROW;
        while (count < ROWS_MAX && buffer.offset() < enough) {
            step = count == 0 ? cursor.next(last) : nextOrFailure(cursor, last);
            if (failure != null) {
                break;
            }
            if (step == CsvCursor.Step.ROW) {
                row(file, out);
                cursor.advance();
            } else if (step == CsvCursor.Step.BAD && (count == 0 || !cursor.isCut())) {
                bad(cursor, out);
            } else {
                break;
            }
            count++;
        }
        position = position.plusRows(count);
        return step == CsvCursor.Step.BAD ? CsvCursor.Step.ROW : step;
    }

    /** Goes on first: behind a row that was cut the file may be damaged, and nothing may have been emitted then. */
    private void bad(CsvCursor cursor, Emitter out) throws IOException {
        byte[] raw = cursor.raw();
        cursor.advance();
        out.bad(raw, id + ":" + cursor.problemLine(), cursor.problem());
    }

    /** Keeps a failure for the next call, so that the rows in front of it get their checkpoint first. */
    private CsvCursor.Step nextOrFailure(CsvCursor cursor, boolean last) {
        try {
            return cursor.next(last);
        } catch (IOException e) {
            failure = e;
            return CsvCursor.Step.ROW;
        }
    }

    private void row(OpenFile file, Emitter out) {
        CsvCursor cursor = file.cursor();
        Row row = file.rows().read(cursor.buffer().bytes, cursor.scanner());
        if (row == null) {
            out.bad(cursor.raw(), id + ":" + cursor.lineNumber(), file.rows().problem() + cursor.quoteHint());
        } else {
            out.emit(Message.create(row));
        }
    }

    private void checkpoint(OpenFile file, Emitter out, boolean atEnd) {
        CsvCursor cursor = file.cursor();
        FilePosition next = new FilePosition(
                cursor.buffer().offset(),
                cursor.line(),
                position.rows(),
                cursor.buffer().digest(),
                cursor.isLineOpen(),
                atEnd ? Optional.of(stamp) : Optional.empty());
        if (!next.equals(saved)) {
            out.checkpoint(next.toPosition());
            saved = next;
        }
        position = next;
    }

    /** Opens the file and goes to the position; null when not even the header is there yet, or the reader was cancelled. */
    private @Nullable OpenFile openAtPosition(boolean last) throws IOException {
        TextFile file = csv.open(path);
        OpenFile opened = null;
        try {
            opened = position(file, last);
        } finally {
            if (opened == null) {
                file.close();
            }
        }
        return opened;
    }

    private @Nullable OpenFile position(TextFile file, boolean last) throws IOException {
        CsvCursor cursor = csv.cursor(file);
        List<String> names = List.of();
        if (csv.hasHeader()) {
            names = CsvHeader.read(cursor, id, last);
            if (names.isEmpty() && position.offset() == 0) {
                return null;
            }
        }
        if (position.offset() > 0) {
            Optional<StopException> change = goTo(cursor);
            if (cancelled) {
                return null;
            }
            if (change.isPresent()) {
                return restart(change.get(), last);
            }
        }
        CsvRowReader rows = csv.rowReader(context.stream(), names, id);
        return new OpenFile(
                file,
                cursor,
                rows,
                Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    }

    private @Nullable OpenFile restart(StopException change, boolean last) throws IOException {
        if (!csv.restartsOnChange()) {
            throw change;
        }
        logger.log(System.Logger.Level.WARNING, "{0}; it is read again from the start", change.getMessage());
        position = FilePosition.START;
        return openAtPosition(last);
    }

    /** Goes to the position, through everything before it, and says what is not as it was. */
    private Optional<StopException> goTo(CsvCursor cursor) throws IOException {
        TextBuffer buffer = cursor.buffer();
        if (buffer.offset() > position.offset()) {
            return Optional.of(FileErrors.changed(id, position, "its first row is another"));
        }
        while (buffer.offset() < position.offset() && !cancelled) {
            if (!buffer.skipTo(Math.min(position.offset(), buffer.offset() + SKIP_STEP))) {
                return Optional.of(FileErrors.changed(
                        id, position, "it has fewer than the " + position.offset() + " bytes that were read"));
            }
        }
        if (cancelled) {
            return Optional.empty();
        }
        if (buffer.digest() != position.digest()) {
            return Optional.of(FileErrors.changed(
                    id, position, "the " + position.offset() + " bytes that were read are no longer the same"));
        }
        int next = position.openLine() ? buffer.peek() : -1;
        if (next >= 0 && next != '\n' && next != '\r') {
            return Optional.of(FileErrors.continued(id, position));
        }
        cursor.moved(position);
        return Optional.empty();
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public void close() throws IOException {
        OpenFile file = open;
        open = null;
        if (file != null) {
            file.file().close();
        }
    }
}
