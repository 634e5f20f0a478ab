package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads one split: each request runs on a thread that reads ahead, and its blocks are emitted one at a poll, with a checkpoint behind each.
 * One thread, but for {@link #cancel}.
 */
final class TableReader implements SplitReader {

    private static final Duration NOTHING_YET = Duration.ofMillis(10);
    private static final Duration NO_CONNECTION = Duration.ofMillis(50);
    private static final Duration SETTLING = Duration.ofMillis(50);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final TableStops stops;
    private final TablePlan plan;
    private final Course course;
    private final LinkPool links;
    private final Executor threads;
    private final boolean isBounded;
    private Optional<List<String>> after;
    private volatile @Nullable Fetch fetch;
    private volatile boolean cancelled;

    TableReader(
            SourceDialect dialect,
            SourceSettings settings,
            TableStops stops,
            TablePlan plan,
            Course course,
            LinkPool links,
            Executor threads,
            boolean isBounded) {
        this.dialect = dialect;
        this.settings = settings;
        this.stops = stops;
        this.plan = plan;
        this.course = course;
        this.links = links;
        this.threads = threads;
        this.isBounded = isBounded;
        this.after = course.start();
    }

    @Override
    public Poll poll(Emitter out, Duration maxWait) throws Exception {
        if (cancelled) {
            return Poll.idle(NOTHING_YET);
        }
        Fetch present = fetch;
        if (present == null) {
            if (!links.tryReserve()) {
                return Poll.idle(NO_CONNECTION);
            }
            present = new Fetch(links, dialect, settings, stops, plan, course, after);
            fetch = present;
            threads.execute(present);
        }
        Block block = present.take(maxWait);
        return block == null ? Poll.idle(NOTHING_YET) : take(block, out);
    }

    private Poll take(Block block, Emitter out) {
        if (block instanceof Block.Rows rows) {
            emit(rows, out);
            return Poll.more();
        }
        if (block instanceof Block.Failure failure) {
            throw failed(failure.cause());
        }
        fetch = null;
        if (block instanceof Block.End end && end.hasRead()) {
            settle(out);
        }
        if (course.isDone()) {
            return Poll.end();
        }
        Duration pause = isBounded ? SETTLING : settings.pollEvery();
        return course.waitsFor().map(what -> Poll.waiting(pause, what)).orElseGet(() -> Poll.idle(pause));
    }

    private void settle(Emitter out) {
        Optional<List<String>> settled = after.map(course::settled);
        if (!settled.equals(after)) {
            out.checkpoint(course.position(settled.orElseThrow()));
            after = settled;
        }
    }

    private void emit(Block.Rows rows, Emitter out) {
        for (Object row : rows.rows()) {
            if (row instanceof Row good) {
                out.emit(Message.of(course.operation(), null, good));
            } else {
                Block.Bad bad = (Block.Bad) row;
                out.bad(Fetch.raw(bad), bad.where(), bad.why());
            }
        }
        out.checkpoint(course.position(rows.place()));
        after = Optional.of(rows.place());
    }

    private RuntimeException failed(Exception cause) {
        if (cause instanceof TableChangedException changed) {
            return new RetryException(String.valueOf(changed.getMessage()), changed);
        }
        Optional<SQLException> sql = SourceFaults.sql(cause);
        if (sql.filter(SourceFaults::saysNoTable).isPresent() && plan.facts().isTable()) {
            return stops.missing(plan.id(), SourceFaults.text(sql.get()));
        }
        if (sql.filter(dialect::isMissing).isPresent()) {
            return new RetryException(
                    plan.id() + " was changed: " + SourceFaults.text(sql.get()) + "; its columns are discovered anew",
                    cause);
        }
        if (sql.isPresent()) {
            return ofTable(SourceFaults.exception(dialect, settings, "read " + plan.id(), sql.get()), sql.get());
        }
        return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
    }

    /** The rights on one table say nothing of the others. */
    private RuntimeException ofTable(RuntimeException failure, SQLException error) {
        return failure instanceof StopException stop && SourceFaults.isDenied(error)
                ? stops.told(plan.stream().name(), stop.ofStream(true))
                : failure;
    }

    @Override
    public void cancel() {
        cancelled = true;
        Fetch present = fetch;
        if (present != null) {
            present.cancel();
        }
    }

    @Override
    public void close() {
        cancel();
        Fetch present = fetch;
        if (present != null && !hasEnded(present)) {
            present.abort();
            hasEnded(present);
        }
    }

    private static boolean hasEnded(Fetch present) {
        try {
            return present.awaitEnd(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
