package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.Operation;
import io.mainstem.api.Position;
import io.mainstem.api.Split;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of a table as they come, up to its watermark each time. */
final class TailCourse implements Course {

    /** How long a source that reads to the end waits for transactions that were open when it began. */
    private static final Duration SETTLE = Duration.ofSeconds(30);

    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final Duration REPORT_EVERY = Duration.ofMinutes(1);

    private final Split split;
    private final TablePlan plan;
    private final Optional<Position> stored;
    private final Watermark watermark;
    private final Context context;
    private final boolean isBounded;
    private final Instant opened;
    private Watermark.@Nullable Bound last;
    private volatile boolean complete;
    private volatile Optional<String> waitsFor = Optional.empty();
    private Instant held = Instant.MAX;
    private Instant reported = Instant.MIN;

    TailCourse(
            Split split,
            TablePlan plan,
            Optional<Position> stored,
            Watermark watermark,
            Context context,
            boolean isBounded) {
        this.split = split;
        this.plan = plan;
        this.stored = stored;
        this.watermark = watermark;
        this.context = context;
        this.isBounded = isBounded;
        this.opened = context.clock().instant();
    }

    @Override
    public Optional<ReadRequest> next(SourceLink link, Optional<List<String>> after) throws SQLException {
        Watermark.Mark mark = watermark.look(link.connection());
        report(mark);
        complete = mark.isComplete();
        if (mark.bound().isEmpty() || mark.bound().get().equals(last)) {
            return Optional.empty();
        }
        Watermark.Bound bound = mark.bound().get();
        last = bound;
        List<ReadRequest.Limit> limits = new ArrayList<>();
        if (after.isEmpty()) {
            Splits.start(split.spec())
                    .ifPresent(start ->
                            limits.add(new ReadRequest.Limit(plan.cursor(), start.nextOperator(), start.value())));
        }
        limits.add(new ReadRequest.Limit(plan.cursor(), bound.operator(), bound.value()));
        return Optional.of(new ReadRequest(plan.cursorOrder(), after, limits));
    }

    private void report(Watermark.Mark mark) {
        Instant now = context.clock().instant();
        if (mark.heldBy().isEmpty()) {
            held = Instant.MAX;
            waitsFor = Optional.empty();
            return;
        }
        held = held.equals(Instant.MAX) ? now : held;
        if (Duration.between(held, now).compareTo(QUIET) < 0) {
            return;
        }
        String what = plan.id() + " is read up to "
                + mark.bound().map(Watermark.Bound::value).orElse("the last position")
                + " only: its rows behind that wait for " + mark.heldBy().get();
        waitsFor = Optional.of(what);
        if (reported.equals(Instant.MIN) || Duration.between(reported, now).compareTo(REPORT_EVERY) >= 0) {
            reported = now;
            context.logger().log(System.Logger.Level.INFO, what);
        }
    }

    @Override
    public Optional<String> waitsFor() {
        return waitsFor;
    }

    @Override
    public Optional<String> snapshot() {
        return Optional.empty();
    }

    @Override
    public boolean isDone() {
        if (!isBounded) {
            return false;
        }
        if (complete) {
            return true;
        }
        boolean isTooLate = Duration.between(opened, context.clock().instant()).compareTo(SETTLE) >= 0;
        if (isTooLate) {
            context.logger()
                    .log(
                            System.Logger.Level.WARNING,
                            "{0}: the run ends after {1} s; what is behind what it waits for comes in the next run: {2}",
                            plan.id(),
                            SETTLE.toSeconds(),
                            waitsFor.orElse("transactions that were open when it began are still open"));
        }
        return isTooLate;
    }

    /** All rows of the last cursor value were read: from now on their addresses may change, as they do when one is updated or all are rewritten. */
    @Override
    public List<String> settled(List<String> place) {
        List<String> settled = new ArrayList<>(place);
        for (int i = 0; i < settled.size(); i++) {
            int column = i;
            plan.cursorOrder().get(i).greatestAddress().ifPresent(greatest -> settled.set(column, greatest));
        }
        return settled;
    }

    @Override
    public Position position(List<String> place) {
        return Places.position(plan.facts(), plan.cursorOrder(), place);
    }

    @Override
    public Optional<List<String>> start() {
        return Places.find(split.id(), plan.cursorOrder(), stored);
    }

    @Override
    public Operation operation() {
        return Operation.CREATE;
    }
}
