package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Context;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.RetryException;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.client.Hash;
import io.mainstem.connectors.http.client.HttpSession;
import io.mainstem.connectors.http.client.WaitException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition of a stream, a page at a time: emits its records, then checkpoints the page behind it. A page is kept in memory
 * until it is known to be whole; of one that is too large for that, a part is published, and its position counts the records.
 */
final class PageReader implements SplitReader {

    /** What is kept in memory of a page, in bytes as they came. */
    private static final long PART_BYTES = 2L << 20;

    private static final int PART_RECORDS = 5_000;
    /** A pass that finds nothing new needs no checkpoint at each page. */
    private static final int QUIET_PAGES = 50;

    private static final int REPEATS_MAX = 2;
    private static final int VISITED_MAX = 100_000;

    private final StreamSettings settings;
    private final Context context;
    private final HttpSession session;
    private final PageSource pages;
    private final ExportJob job;
    private final RowMaker rows;
    private final Map<String, Column> columns;
    private final boolean bounded;
    private final Duration pollEvery;
    private final Optional<JsonPointer> cursorField;
    private final Optional<String> expand;
    private final Progress progress;
    private PassTimes times;
    private final Set<Map<String, Object>> visited = new HashSet<>();
    private final Set<String> warned;
    private @Nullable OpenPage open;
    private Position stored;
    private boolean begun;
    private boolean anyNew;
    private boolean emitted;
    private volatile boolean cancelled;

    /**
     * Reads on from a position.
     *
     * @param warned what was warned of already, by any reader of the stream
     */
    PageReader(
            StreamSettings settings,
            Partition partition,
            Context context,
            HttpSession session,
            ReaderContext reader,
            Duration pollEvery,
            Set<String> warned,
            @Nullable Position position) {
        this.settings = settings;
        this.context = context;
        this.session = session;
        this.pages = new PageSource(settings, partition, session);
        this.job = new ExportJob(settings, pages.requests(), session);
        this.columns = settings.get(SourceOptions.COLUMNS);
        this.rows = new RowMaker(
                reader.stream().schema(),
                columns,
                pages.requests().addedFields(),
                settings.find(SourceOptions.RECORD_FIELD));
        this.bounded = reader.isBounded();
        this.pollEvery = pollEvery;
        this.warned = warned;
        this.cursorField = settings.find(SourceOptions.CURSOR_FIELD).map(OpenPage::pointer);
        this.expand = settings.find(SourceOptions.EXPAND);
        this.progress = Progress.of(position);
        this.times = new PassTimes(settings, context.clock().instant());
        this.stored = progress.position();
    }

    @Override
    public Poll poll(Emitter out, Duration maxWait) throws InterruptedException {
        try {
            return step(out);
        } catch (WaitException e) {
            return PageSource.poll(e.pause());
        } catch (RetryException e) {
            if (cancelled) {
                return Poll.idle(pollEvery);
            }
            throw e;
        }
    }

    private Poll step(Emitter out) throws WaitException, InterruptedException {
        if (progress.done) {
            if (begun) {
                begun = false;
                return bounded ? Poll.end() : Poll.idle(pollEvery);
            }
            beginPass();
        }
        begun = true;
        if (job.isAwaited(progress)) {
            if (job.step(progress)) {
                checkpoint(out);
            }
            return job.isAwaited(progress) ? Poll.idle(settings.get(SourceOptions.JOB_POLL)) : Poll.more();
        }
        return read(out);
    }

    private void beginPass() {
        visited.clear();
        times = new PassTimes(settings, context.clock().instant());
        Optional<String> from = progress.high.map(this::earlier).or(() -> settings.find(SourceOptions.SINCE));
        boolean keep = settings.get(SourceOptions.AT_END) == SourceOptions.AtEnd.KEEP;
        progress.begin(from, times.until(from), keep);
    }

    private String earlier(String value) {
        return Moments.minus(value, settings.get(SourceOptions.OVERLAP), settings.get(SourceOptions.SINCE_FORMAT));
    }

    private Poll read(Emitter out) throws WaitException, InterruptedException {
        Optional<OpenPage> page = current();
        return page.isEmpty() ? endPass(out) : read(page.get(), out);
    }

    /** The page that is being read, or the next one behind what is published of it; empty when there is nothing new. */
    private Optional<OpenPage> current() throws WaitException, InterruptedException {
        if (open == null) {
            Optional<OpenPage> opened = pages.open(progress);
            opened.ifPresent(page -> passOver(page, progress.skip));
            open = opened.orElse(null);
            anyNew = false;
        }
        return Optional.ofNullable(open);
    }

    private Poll read(OpenPage page, Emitter out) {
        boolean first = progress.skip == 0;
        List<JsonNode> part = new ArrayList<>();
        boolean whole = fill(page, part);
        if (!whole) {
            emit(part, out);
            progress.skip += part.size();
            checkpoint(out);
            return Poll.more();
        }
        open = null;
        try (page) {
            page.checkNoError();
            if (!first || isNews(page, part)) {
                emit(part, out);
            }
            return behind(page, out);
        }
    }

    private static void passOver(OpenPage page, long records) {
        for (long i = 0; i < records && page.next() != null; i++) {
            // published already
        }
    }

    /** Reads records until there are enough of them. Returns whether the page is at its end. */
    private boolean fill(OpenPage page, List<JsonNode> part) {
        long begin = page.bytes();
        while (part.size() < PART_RECORDS && page.bytes() - begin < PART_BYTES) {
            @Nullable JsonNode record = page.next();
            if (record == null) {
                if (!page.isFound() && warned.add("records")) {
                    warn(page + ": there is nothing at '" + settings.get(SourceOptions.RECORDS) + "'; it has "
                            + page.names());
                }
                return true;
            }
            part.add(record);
        }
        return false;
    }

    /** Whether a page is to be published: not when it is the one before again, nor when it is as the last pass saw it. */
    private boolean isNews(OpenPage page, List<JsonNode> records) {
        Hash hash = new Hash();
        records.forEach(record -> hash.add(record.toString()));
        String name = hash.text();
        boolean repeated = progress.isRepeated(name);
        if (repeated && !records.isEmpty()) {
            boolean keep = settings.get(SourceOptions.AT_END) == SourceOptions.AtEnd.KEEP && progress.index == 0;
            if (!keep && ++progress.repeats >= REPEATS_MAX) {
                throw loop(page + " with the same records as the pages before it");
            }
            return false;
        }
        progress.repeats = 0;
        return cursorField.isPresent() || !progress.isUnchanged(name);
    }

    private static StopException loop(String what) {
        return new StopException(
                "http.loop",
                what + ": the pages go in a circle",
                "Check 'paginate' and its parameters: the server does not know them, or names the same page again.");
    }

    /** Steps behind a page that was read to its end. */
    private Poll behind(OpenPage page, Emitter out) {
        PageFacts facts = page.facts();
        if (progress.index == 0) {
            progress.etag = page.header("ETag");
            progress.modified = page.header("Last-Modified");
        }
        Optional<Map<String, Object>> next = pages.pagination().next(progress.page, facts);
        boolean nothingNew = settings.get(SourceOptions.NEWEST_FIRST) && progress.since.isPresent() && !anyNew;
        boolean feedIsDry = settings.get(SourceOptions.AT_END) == SourceOptions.AtEnd.KEEP && facts.records() == 0;
        if (next.isEmpty() && progress.index == 0 && pages.pagination().lacksName(facts) && warned.add("next")) {
            warn(page + ": it is taken for the only page, since there is nothing at '"
                    + settings.get(SourceOptions.NEXT_AT) + "'; it has " + page.names());
        }
        if (next.isEmpty() || nothingNew || feedIsDry) {
            if (settings.get(SourceOptions.AT_END) == SourceOptions.AtEnd.KEEP) {
                progress.page = pages.pagination().resume(progress.page, facts);
            }
            return endPass(out);
        }
        checkNoCircle(page, next.get());
        progress.nextPage(next.get());
        if (emitted || progress.index % QUIET_PAGES == 0) {
            checkpoint(out);
        }
        return Poll.more();
    }

    private void checkNoCircle(OpenPage page, Map<String, Object> next) {
        visited.add(progress.page);
        if (visited.contains(next)) {
            throw loop(page + " and names as the next page one that was read before: " + next);
        }
        if (visited.size() > VISITED_MAX) {
            visited.clear();
        }
        if (progress.index + 1 >= settings.get(SourceOptions.PAGES_MAX)) {
            throw new StopException(
                    "http.pages-max",
                    page + ": a pass has more than " + settings.get(SourceOptions.PAGES_MAX) + " pages",
                    "Check where the pages end ('more-at', 'total-at'), or set 'pages-max' higher.");
        }
    }

    private Poll endPass(Emitter out) {
        Optional<String> until = progress.until;
        progress.end(this::earlier);
        if (settings.find(SourceOptions.SLICE).isPresent() && until.isPresent()) {
            progress.readUntil(until.get());
            if (times.hasMore(until)) {
                visited.clear();
                progress.begin(until, times.until(until), false);
                checkpoint(out);
                return Poll.more();
            }
        }
        begun = false;
        if (emitted || !progress.position().equals(stored)) {
            checkpoint(out);
        }
        return bounded ? Poll.end() : Poll.idle(pollEvery);
    }

    private void checkpoint(Emitter out) {
        stored = progress.position();
        emitted = false;
        out.checkpoint(stored);
    }

    private void emit(List<JsonNode> records, Emitter out) {
        for (JsonNode record : records) {
            Optional<String> cursor = cursorField
                    .map(record::at)
                    .filter(value -> value.isValueNode() && !value.isNull())
                    .map(JsonNode::asText);
            if (cursor.isEmpty()) {
                emit(record, out);
                continue;
            }
            // What lies before the beginning of the pass was read by an earlier one, even if the server gives it again.
            boolean old = progress.since
                    .filter(since -> Moments.isBefore(cursor.get(), since))
                    .isPresent();
            String hash = old ? "" : Hash.of(record.toString());
            if (old) {
                continue;
            }
            if (!progress.isSeen(hash)) {
                anyNew = true;
                emit(record, out);
            }
            progress.published(hash, cursor.get(), this::earlier);
        }
    }

    private void emit(JsonNode record, Emitter out) {
        if (record instanceof AmbiguousRecord ambiguous) {
            bad(record, ambiguous.problem(), out);
            return;
        }
        if (expand.isEmpty() || !(record.get(expand.get()) instanceof ArrayNode inner)) {
            emitRow(record, out);
            return;
        }
        for (JsonNode element : inner) {
            ObjectNode copy = ((ObjectNode) record).deepCopy();
            copy.set(expand.get(), element);
            emitRow(copy, out);
        }
    }

    private void emitRow(JsonNode record, Emitter out) {
        emitted = true;
        rows.unknown(record, columns).ifPresent(this::unknownField);
        try {
            out.emit(Message.create(rows.row(record)));
        } catch (BadValueException e) {
            bad(record, String.valueOf(e.getMessage()), out);
        }
    }

    private void bad(JsonNode record, String why, Emitter out) {
        emitted = true;
        out.bad(
                record.toString().getBytes(StandardCharsets.UTF_8),
                "stream " + settings.name() + ", page " + (progress.index + 1) + " " + progress.page,
                why);
    }

    private void unknownField(String field) {
        if (settings.get(SourceOptions.ON_NEW_FIELD) == SourceOptions.OnNewField.STOP) {
            throw new StopException(
                    "http.new-field",
                    "the stream '" + settings.name() + "' has a record with a field '" + field
                            + "', which it had not at first",
                    "Declare the fields by 'columns', keep all of them by 'record-field', or set on-new-field: ignore.");
        }
        if (warned.size() < VISITED_MAX && warned.add("field " + field)) {
            warn("the field '" + field
                    + "' was not in the first page and is passed over; declare it by 'columns', or keep "
                    + "everything by 'record-field'");
        }
    }

    private void warn(String text) {
        context.logger().log(System.Logger.Level.WARNING, "stream {0}: {1}", settings.name(), text);
    }

    @Override
    public void cancel() {
        cancelled = true;
        session.cancel();
    }

    @Override
    public void close() {
        OpenPage page = open;
        if (page != null) {
            page.close();
        }
    }
}
