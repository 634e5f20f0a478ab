package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Operation;
import io.mainstem.api.Position;
import io.mainstem.api.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A range of a table, or all of it, read once. */
final class RangeCourse implements Course {

    private static final String GENERATION = "generation";
    /** Stands beside the values of columns, of which one may be called "generation". */
    private static final String POSITION_GENERATION = "#generation";

    private final Split split;
    private final TablePlan plan;
    private final Optional<Position> stored;
    private final Optional<String> snapshot;

    RangeCourse(Split split, TablePlan plan, Optional<Position> stored, Optional<String> snapshot) {
        this.split = split;
        this.plan = plan;
        this.stored = stored.filter(position -> isOf(split, position));
        this.snapshot = snapshot;
    }

    /** Whether a position is one of the snapshot that is read: that of an earlier one is of no use for it. */
    static boolean isOf(Split range, Position position) {
        return position.longAt(POSITION_GENERATION).equals(range.spec().longAt(GENERATION));
    }

    @Override
    public Optional<ReadRequest> next(SourceLink link, Optional<List<String>> after) {
        List<ReadRequest.Limit> limits = new ArrayList<>();
        List<OrderColumn> order = plan.rangeOrder();
        Position spec = split.spec();
        spec.textAt(Splits.FROM).ifPresent(from -> limits.add(new ReadRequest.Limit(order.get(0), ">=", from)));
        spec.textAt(Splits.TO).ifPresent(to -> limits.add(new ReadRequest.Limit(order.get(0), "<", to)));
        Splits.bound(spec)
                .ifPresent(bound -> limits.add(new ReadRequest.Limit(plan.cursor(), bound.operator(), bound.value())));
        return Optional.of(new ReadRequest(order, after, limits));
    }

    @Override
    public Optional<String> snapshot() {
        return snapshot;
    }

    @Override
    public boolean isDone() {
        return true;
    }

    @Override
    public Position position(List<String> place) {
        return Places.position(plan.facts(), plan.rangeOrder(), place)
                .with(POSITION_GENERATION, split.spec().longAt(GENERATION).orElse(1L));
    }

    @Override
    public Optional<List<String>> start() {
        return Places.find(split.id(), plan.rangeOrder(), stored);
    }

    @Override
    public Operation operation() {
        return Operation.SNAPSHOT;
    }
}
