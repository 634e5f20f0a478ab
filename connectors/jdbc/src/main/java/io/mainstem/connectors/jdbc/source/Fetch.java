package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.StopException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * One request on a thread of its own: looks, reads, and hands over blocks of rows, at most so many bytes ahead of who takes them. Runs
 * once; {@link #take} and {@link #cancel} are for the reader's thread and for one that cancels.
 */
final class Fetch implements Runnable {

    private static final int ROWS = 5_000;
    private static final long BYTES = 512 << 10;

    private final LinkPool links;
    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final TableStops stops;
    private final TablePlan plan;
    private final Course course;
    private final Optional<List<String>> after;
    private final BlockQueue queue;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable SourceLink link;
    private volatile @Nullable RowStream stream;
    private volatile boolean cancelled;
    private boolean hasRead;

    Fetch(
            LinkPool links,
            SourceDialect dialect,
            SourceSettings settings,
            TableStops stops,
            TablePlan plan,
            Course course,
            Optional<List<String>> after) {
        this.links = links;
        this.dialect = dialect;
        this.settings = settings;
        this.stops = stops;
        this.plan = plan;
        this.course = course;
        this.after = after;
        this.queue = new BlockQueue(settings.bufferBytes());
    }

    @Nullable
    Block take(Duration maxWait) throws InterruptedException {
        return queue.take(maxWait);
    }

    @Override
    public void run() {
        try {
            fetch();
            queue.put(new Block.End(hasRead));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            fail(e);
        } finally {
            ended.countDown();
        }
    }

    private void fail(Exception cause) {
        try {
            queue.put(new Block.Failure(cause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The connection is free again before the end is known. */
    private void fetch() throws Exception {
        SourceLink used = null;
        boolean works = false;
        try {
            used = links.open();
            link = used;
            works = readOrLook(used);
        } finally {
            link = null;
            if (works && used != null) {
                links.keep(used);
            } else if (used != null) {
                used.close();
            }
            links.release();
        }
    }

    /** A table that was made anew has lost the rights on it, too: that it is another is what counts. */
    private boolean readOrLook(SourceLink used) throws Exception {
        try {
            return read(used);
        } catch (SQLException | JdbiException e) {
            if (SourceFaults.sql(e).filter(SourceFaults::isDenied).isPresent()) {
                used.connection().rollback();
                checkSame(look(used));
            }
            throw e;
        }
    }

    /** Returns false when the rest was not taken. */
    private boolean read(SourceLink used) throws Exception {
        Optional<ReadRequest> request = course.next(used, after);
        if (request.isEmpty() || cancelled) {
            return !cancelled;
        }
        dialect.begin(used.connection(), settings, course.snapshot());
        dialect.hold(used.connection(), plan);
        checkUnchanged(used);
        try (RowStream rows = dialect.stream(used.connection(), plan, request.get(), settings)) {
            stream = rows;
            if (!hand(rows)) {
                return false;
            }
        } finally {
            stream = null;
        }
        used.connection().commit();
        hasRead = true;
        return true;
    }

    private void checkUnchanged(SourceLink link) throws SQLException {
        if (settings.query().isPresent()) {
            return;
        }
        Optional<TableFacts> now = look(link);
        checkSame(now);
        if (now.isEmpty() || !now.get().columns().equals(plan.facts().columns())) {
            throw new TableChangedException(plan, now);
        }
    }

    private Optional<TableFacts> look(SourceLink link) throws SQLException {
        return settings.query().isPresent()
                ? Optional.empty()
                : dialect.table(link.handle(), plan.facts().id());
    }

    private void checkSame(Optional<TableFacts> now) {
        if (settings.whenReplaced() == SourceOptions.WhenReplaced.HOLD
                && now.isPresent()
                && !now.get().identity().equals(plan.facts().identity())) {
            throw stops.replaced(plan.facts().id());
        }
    }

    /** Returns false when nobody takes the rest. */
    private boolean hand(RowStream rows) throws SQLException, InterruptedException {
        while (!cancelled) {
            Optional<Block.Rows> block = block(rows);
            if (block.isEmpty()) {
                return true;
            }
            if (!queue.put(block.get())) {
                return false;
            }
        }
        return false;
    }

    private Optional<Block.Rows> block(RowStream rows) throws SQLException {
        List<Object> found = new ArrayList<>();
        long bytes = 0;
        while (found.size() < ROWS && bytes < BYTES && rows.next()) {
            found.add(row(rows));
            bytes += rows.bytes();
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(new Block.Rows(found, place(rows), bytes));
    }

    private Object row(RowStream rows) throws SQLException {
        try {
            return rows.row();
        } catch (UnreadableValueException e) {
            List<String> place = place(rows);
            return new Block.Bad(plan.id() + (place.isEmpty() ? "" : ", row " + place), String.valueOf(e.getMessage()));
        }
    }

    private List<String> place(RowStream rows) throws SQLException {
        try {
            return rows.place();
        } catch (UnreadableValueException e) {
            throw new StopException(
                    "jdbc.key",
                    "a row of " + plan.id() + " has no place in the order: " + e.getMessage(),
                    "name a cursor and a key whose columns have a value in every row, or leave such rows out with 'where'");
        }
    }

    /** Ends it soon. */
    void cancel() {
        cancelled = true;
        queue.close();
        RowStream present = stream;
        if (present != null) {
            present.cancel();
        }
    }

    /** Ends it now, by cutting its connection off. */
    void abort() {
        SourceLink present = link;
        if (present != null) {
            present.abort();
        }
    }

    boolean awaitEnd(Duration time) throws InterruptedException {
        return ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    static byte[] raw(Block.Bad bad) {
        return bad.where().getBytes(StandardCharsets.UTF_8);
    }
}
