package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.KnownSplits;
import io.mainstem.api.Position;
import io.mainstem.api.RetryException;
import io.mainstem.api.Split;
import io.mainstem.api.Type;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The splits of a table: ranges that are read once, and the tail that is read again and again. What they begin and end with is in their
 * specs, which are stored before anything is read.
 */
final class Splits {

    static final String FROM = "from";
    static final String TO = "to";
    private static final String GENERATION = "generation";
    private static final String BEFORE = "before";
    private static final String UP_TO = "up-to";
    private static final String SINCE = "since";
    private static final String BEHIND = "behind";
    private static final int RANGES_MAX = 256;

    private final SourceSettings settings;
    private final SourceDialect dialect;

    Splits(SourceSettings settings, SourceDialect dialect) {
        this.settings = settings;
        this.dialect = dialect;
    }

    /** The bound of the first read. */
    static Optional<Watermark.Bound> bound(Position spec) {
        return spec.textAt(BEFORE)
                .map(value -> new Watermark.Bound(value, false))
                .or(() -> spec.textAt(UP_TO).map(value -> new Watermark.Bound(value, true)));
    }

    /** Where the tail begins: behind this bound. */
    static Optional<Watermark.Bound> start(Position spec) {
        return spec.textAt(SINCE)
                .map(value -> new Watermark.Bound(value, false))
                .or(() -> spec.textAt(BEHIND).map(value -> new Watermark.Bound(value, true)));
    }

    /** Whether it is one of a table: a source of one table may have had another before. */
    static boolean isOf(TablePlan plan, Split split) {
        return split.id().equals(plan.id()) || split.id().startsWith(plan.id() + "[");
    }

    static boolean isRange(Split split) {
        return split.id().endsWith("]");
    }

    /** Gives the watermark at which the first read ends; not complete when open transactions do not let it be known in time. */
    interface FirstWatermark {
        Watermark.Mark take(TablePlan plan) throws SQLException;
    }

    /** The splits of a table to read now. */
    List<Split> of(TablePlan plan, KnownSplits known, SourceLink link, FirstWatermark watermark) throws SQLException {
        List<Split> ranges = known.splits().stream()
                .filter(split -> isRange(split) && isOf(plan, split))
                .toList();
        List<Split> unfinished =
                ranges.stream().filter(split -> !known.isFinished(split.id())).toList();
        if (plan.settings().mode().isIncremental()) {
            Optional<Split> tail = known.splits().stream()
                    .filter(split -> split.id().equals(plan.id()))
                    .findFirst();
            return tail.isPresent() ? together(unfinished, tail.get()) : first(plan, link, watermark);
        }
        if (!unfinished.isEmpty()) {
            return unfinished;
        }
        boolean isAgain = settings.repeat() == SourceOptions.Repeat.EVERY_RUN;
        return ranges.isEmpty() || isAgain ? ranges(plan, link, generation(ranges), Optional.empty()) : List.of();
    }

    private static List<Split> together(List<Split> ranges, Split tail) {
        List<Split> all = new ArrayList<>(ranges);
        all.add(tail);
        return all;
    }

    private static long generation(List<Split> ranges) {
        return 1
                + ranges.stream()
                        .mapToLong(split -> split.spec().longAt(GENERATION).orElse(0L))
                        .max()
                        .orElse(0);
    }

    private List<Split> first(TablePlan plan, SourceLink link, FirstWatermark watermark) throws SQLException {
        TableSettings how = plan.settings();
        if (how.from().isPresent() && !how.isFromLatest()) {
            return List.of(tail(plan, Map.of(BEHIND, how.from().get())));
        }
        if (how.isFromLatest()) {
            return List.of(tail(plan, latest(plan, watermark)));
        }
        if (parts(plan, link).size() <= 1) {
            return List.of(tail(plan, Map.of()));
        }
        Watermark.Mark mark = watermark.take(plan);
        Optional<Watermark.Bound> bound = mark.bound();
        if (bound.isEmpty() || !mark.isComplete()) {
            return List.of(tail(plan, Map.of()));
        }
        List<Split> ranges = ranges(plan, link, 1, bound);
        Split tail = tail(
                        plan,
                        Map.of(
                                bound.get().isInclusive() ? BEHIND : SINCE,
                                bound.get().value()))
                .readAfter(ranges.stream().map(Split::id).toList());
        return together(ranges, tail);
    }

    /** Behind all that is there; in an empty table, at its beginning. */
    private static Map<String, Object> latest(TablePlan plan, FirstWatermark watermark) throws SQLException {
        Watermark.Mark mark = watermark.take(plan);
        if (!mark.isComplete()) {
            throw new RetryException(
                    "it is not known yet where " + plan.id() + " ends: "
                            + mark.heldBy()
                                    .map(what -> "that waits for " + what)
                                    .orElse("transactions that write to it are open"),
                    new IllegalStateException("no watermark"));
        }
        return mark.bound().map(Splits::behind).orElse(Map.of());
    }

    private static Map<String, Object> behind(Watermark.Bound bound) {
        return Map.of(bound.isInclusive() ? BEHIND : SINCE, bound.value());
    }

    private static Split tail(TablePlan plan, Map<String, Object> spec) {
        return Split.of(plan.id(), plan.stream().name()).withSpec(Position.of(spec));
    }

    /**
     * A part of a range of values.
     *
     * @param from its lowest value; null for the lowest of all
     * @param to the value behind it; null behind the highest of all
     */
    private record Part(@Nullable String from, @Nullable String to) {}

    private List<Split> ranges(TablePlan plan, SourceLink link, long generation, Optional<Watermark.Bound> bound)
            throws SQLException {
        List<Part> parts = parts(plan, link);
        List<Split> splits = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Map<String, Object> spec = new HashMap<>();
            spec.put(GENERATION, generation);
            Part part = parts.get(i);
            if (part.from() != null) {
                spec.put(FROM, part.from());
            }
            if (part.to() != null) {
                spec.put(TO, part.to());
            }
            bound.ifPresent(b -> spec.put(b.isInclusive() ? UP_TO : BEFORE, b.value()));
            splits.add(Split.of(
                            plan.id() + "[" + (i + 1) + "/" + parts.size() + "]",
                            plan.stream().name())
                    .withSpec(Position.of(spec)));
        }
        return splits;
    }

    private List<Part> parts(TablePlan plan, SourceLink link) throws SQLException {
        Part all = new Part(null, null);
        List<OrderColumn> order = plan.rangeOrder();
        if (order.isEmpty()
                || order.get(0).isHidden()
                || plan.facts().rows() > 0 && count(plan.facts().rows()) <= 1) {
            return List.of(all);
        }
        OrderColumn column = order.get(0);
        if (TablePlanner.isWholeNumber(column.type())) {
            Optional<String[]> span = dialect.span(link.connection(), plan, column);
            return span.map(ends -> numbers(plan, ends)).orElse(List.of(all));
        }
        return column.type().equals(Type.UUID) && plan.facts().rows() > 0
                ? uuids(count(plan.facts().rows()))
                : List.of(all);
    }

    private List<Part> numbers(TablePlan plan, String[] ends) {
        BigInteger low = new BigInteger(ends[0]);
        BigInteger span = new BigInteger(ends[1]).subtract(low).add(BigInteger.ONE);
        long rows = plan.facts().rows() > 0
                ? plan.facts().rows()
                : span.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
        int count =
                Math.min(count(rows), span.min(BigInteger.valueOf(RANGES_MAX)).intValue());
        return parts(
                count,
                i -> low.add(span.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count)))
                        .toString());
    }

    private static List<Part> uuids(int count) {
        BigInteger all = BigInteger.ONE.shiftLeft(128);
        return parts(count, i -> {
            BigInteger value = all.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count));
            return new UUID(value.shiftRight(64).longValue(), value.longValue()).toString();
        });
    }

    private int count(long rows) {
        return (int) Math.min(RANGES_MAX, (rows + settings.splitRows() - 1) / settings.splitRows());
    }

    private static List<Part> parts(int count, java.util.function.IntFunction<String> cut) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < Math.max(1, count); i++) {
            parts.add(new Part(i == 0 ? null : cut.apply(i), i >= count - 1 ? null : cut.apply(i + 1)));
        }
        return parts;
    }
}
