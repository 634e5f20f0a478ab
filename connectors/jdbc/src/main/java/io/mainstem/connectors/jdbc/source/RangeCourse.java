package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Operation;
import io.mainstem.api.Position;
import io.mainstem.api.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A range of a table, or all of it, read once. */
final class RangeCourse implements Course {

    private static final String GENERATION = "generation";

    private final Split split;
    private final TablePlan plan;
    private final Optional<Position> stored;
    private final Optional<String> snapshot;

    RangeCourse(Split split, TablePlan plan, Optional<Position> stored, Optional<String> snapshot) {
        this.split = split;
        this.plan = plan;
        // A position of an earlier snapshot is of no use for this one.
        this.stored = stored.filter(
                position -> position.longAt(GENERATION).equals(split.spec().longAt(GENERATION)));
        this.snapshot = snapshot;
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
        Map<String, Object> values = Places.values(plan.rangeOrder(), place);
        return Position.of(values)
                .with(GENERATION, split.spec().longAt(GENERATION).orElse(1L));
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
