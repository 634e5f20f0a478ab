package io.mainstem.connectors.jdbc.source;

import static java.util.Objects.requireNonNull;

import io.mainstem.api.Context;
import io.mainstem.api.Discovery;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.RetryException;
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;

/** Reads tables, each as splits of its own. */
final class JdbcSource implements Source, Plannable, Scannable {

    /** How long a first read waits for transactions that are open when its watermark is taken. */
    private static final Duration FIRST_WATERMARK = Duration.ofSeconds(20);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final Context context;
    private final FetchThreads threads;
    private final LinkPool links;
    /** Scans have a connection of their own: what is read anew does not wait for them. */
    private final LinkPool scanLinks;

    private final Function<TablePlan, Watermark> watermarks;
    private final SharedSnapshots snapshots;
    private final TableStops stops;
    private final Map<String, TablePlan> plans = new LinkedHashMap<>();
    /** Why tables that were read before cannot be, by the names of their streams. */
    private final Map<String, StopException> stopped = new LinkedHashMap<>();
    /** What each table was when it was found first: one that was made anew since then is another. */
    private final Map<String, String> identities = new HashMap<>();

    private final Set<String> warned = new HashSet<>();
    /** What the last discovery found, with what was stored of it. */
    private final Map<Split, Optional<Position>> found = new LinkedHashMap<>();

    JdbcSource(SourceDialect dialect, SourceSettings settings, Context context) {
        this.dialect = dialect;
        this.settings = settings;
        this.context = context;
        this.threads = new FetchThreads(context.pipeline() + "-" + context.name());
        this.links = new LinkPool(dialect, settings, settings.connections(), context);
        this.scanLinks = new LinkPool(dialect, settings, 1, context);
        this.watermarks = dialect.watermarks(settings, context);
        this.snapshots = new SharedSnapshots(dialect, settings, context);
        this.stops = new TableStops(context);
    }

    @Override
    public Discovery discover(KnownSplits known) {
        snapshots.keepOnly(known.splits().stream().map(Split::id).toList());
        try (SourceLink link = SourceLink.open(dialect, settings, context)) {
            plan(link, settings.isSingle() ? Set.of() : streams(known));
            stopReplaced(known);
            List<Split> splits = new ArrayList<>();
            List<TablePlan> offered = offered(link);
            for (TablePlan plan : offered) {
                splits.addAll(splits(link, plan, known));
            }
            splits.addAll(stopped(known));
            share(splits);
            found.clear();
            splits.forEach(split -> found.put(split, known.position(split.id())));
            List<StreamSchema> streams = offered.stream().map(TablePlan::stream).toList();
            Discovery discovery = Discovery.of(streams, splits).andFindDeletes(findDeletes(offered));
            return settings.hasPatterns() ? discovery.andAgainAfter(settings.discoverEvery()) : discovery;
        } catch (SQLException | JdbiException e) {
            throw failed(e);
        }
    }

    /** What was read of another table is no place in this one. */
    private void stopReplaced(KnownSplits known) {
        if (settings.whenReplaced() == SourceOptions.WhenReplaced.CONTINUE) {
            return;
        }
        for (Split split : known.splits()) {
            TablePlan plan = plans.get(split.stream());
            if (plan != null && Splits.isOf(plan, split) && isReadOn(split, known) && isOfAnother(plan, split, known)) {
                plans.remove(split.stream());
                stopped.put(split.stream(), stops.replaced(plan.facts().id()));
            }
        }
    }

    private static boolean isOfAnother(TablePlan plan, Split split, KnownSplits known) {
        return known.position(split.id())
                .filter(position -> !Splits.isRange(split) || RangeCourse.isOf(split, position))
                .filter(position -> Places.isOfAnother(plan.facts(), position))
                .isPresent();
    }

    /** A range is read once; a tail that a run has read to its end is read on in the next. */
    private static boolean isReadOn(Split split, KnownSplits known) {
        return !Splits.isRange(split) || !known.isFinished(split.id());
    }

    private static Set<String> streams(KnownSplits known) {
        return known.splits().stream()
                .filter(split -> isReadOn(split, known))
                .map(Split::stream)
                .collect(Collectors.toSet());
    }

    /** The tables that can be read, as far as it is known. */
    private List<TablePlan> offered(SourceLink link) throws SQLException {
        List<TablePlan> offered = new ArrayList<>();
        for (TablePlan plan : plans.values()) {
            if (!stops.isTold(plan.stream().name()) || isReadable(link, plan)) {
                offered.add(plan);
            }
        }
        return offered;
    }

    /** Asks for no rows: so the rights are tried. */
    private boolean isReadable(SourceLink link, TablePlan plan) throws SQLException {
        link.connection().commit();
        try {
            dialect.query(link.connection(), "SELECT * FROM " + plan.from() + " WHERE 1 = 0");
            stops.forget(plan.stream().name());
            return true;
        } catch (SQLException | JdbiException e) {
            return false;
        } finally {
            link.connection().rollback();
        }
    }

    /** The splits of the tables that cannot be read, whose readers say so. */
    private List<Split> stopped(KnownSplits known) {
        return known.splits().stream()
                .filter(split -> stopped.containsKey(split.stream()) && !stops.isTold(split.stream()))
                .filter(split -> isReadOn(split, known))
                .toList();
    }

    private List<Split> splits(SourceLink link, TablePlan plan, KnownSplits known) {
        try {
            refuseUnsound(link, plan);
            return new Splits(settings, dialect).of(plan, known, link, table -> firstWatermark(link, table));
        } catch (SQLException | JdbiException e) {
            throw failedAt(List.of(plan), e);
        }
    }

    /** A table may be dropped while it is looked at, and is none of those to read then. */
    private RuntimeException failedAt(Collection<TablePlan> looked, Exception e) {
        List<String> names = looked.stream().map(TablePlan::id).toList();
        Optional<SQLException> sql = SourceFaults.sql(e);
        if (sql.filter(SourceFaults::saysNoTable).isPresent() && looked.stream().anyMatch(this::isGone)) {
            return new RetryException(
                    "a table was dropped while it was looked at (" + sql.get().getMessage()
                            + "); what there is to read is found anew",
                    e);
        }
        return sql.map(error -> SourceFaults.exception(dialect, settings, "look at " + String.join(", ", names), error))
                .orElseGet(() -> new IllegalStateException(e));
    }

    private boolean isGone(TablePlan plan) {
        try (SourceLink link = SourceLink.open(dialect, settings, context)) {
            return plan.facts().isTable()
                    && dialect.table(link.handle(), plan.facts().id()).isEmpty();
        } catch (SQLException | JdbiException e) {
            return false;
        }
    }

    private static Map<String, Discovery.Deletes> findDeletes(List<TablePlan> offered) {
        Map<String, Discovery.Deletes> wanted = new LinkedHashMap<>();
        offered.forEach(plan -> plan.settings()
                .detectDeletes()
                .ifPresent(how -> wanted.put(plan.stream().name(), how)));
        return wanted;
    }

    private void plan(SourceLink link, Set<String> known) throws SQLException {
        plans.clear();
        stopped.clear();
        TableSelection.Found tables = new TableSelection(dialect, settings, context, stops).find(link, known);
        stopped.putAll(tables.stopped());
        for (TablePlan plan : tables.plans()) {
            plans.put(plan.stream().name(), plan);
            identities.putIfAbsent(plan.stream().name(), plan.facts().identity());
        }
    }

    private RuntimeException failed(Exception e) {
        return SourceFaults.sql(e)
                .map(sql -> SourceFaults.exception(dialect, settings, "look for what to read", sql))
                .orElseGet(() -> new IllegalStateException(e));
    }

    private void refuseUnsound(SourceLink link, TablePlan plan) throws SQLException {
        for (SourceDialect.Finding finding : dialect.findings(link.handle(), plan, settings)) {
            if (finding.isFatal()) {
                throw new StopException(finding.code(), finding.message(), finding.whatToDo());
            }
            if (warned.add(finding.message())) {
                context.logger().log(System.Logger.Level.WARNING, "{0}; {1}", finding.message(), finding.whatToDo());
            }
        }
    }

    private Watermark.Mark firstWatermark(SourceLink link, TablePlan plan) throws SQLException {
        Watermark watermark = watermarks.apply(plan);
        Instant end = context.clock().instant().plus(FIRST_WATERMARK);
        while (true) {
            Watermark.Mark mark = watermark.look(link.connection());
            if (mark.isComplete() || context.clock().instant().isAfter(end)) {
                return mark;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return mark;
            }
        }
    }

    /** After the watermarks were taken, and before anything is read. */
    private void share(List<Split> splits) {
        Map<String, TablePlan> ranges = new LinkedHashMap<>();
        splits.stream()
                .filter(split -> Splits.isRange(split) && plans.containsKey(split.stream()))
                .forEach(split -> ranges.put(split.id(), requireNonNull(plans.get(split.stream()), "its plan")));
        snapshots.found(ranges);
    }

    private SharedSnapshots.Use snapshot(Split range) {
        try {
            return snapshots.of(range.id());
        } catch (SQLException e) {
            throw failedAt(snapshots.waiting(), e);
        }
    }

    @Override
    public SplitReader open(Split split, Map<String, Position> stored, ReaderContext reader) {
        TablePlan plan = planOf(split.stream());
        Optional<Position> position = Optional.ofNullable(stored.get(split.id()));
        if (Splits.isRange(split)) {
            SharedSnapshots.Use use = snapshot(split);
            Course course = new RangeCourse(split, plan, position, use.name());
            return new RangeReader(reader(plan, course, reader), use.end());
        }
        return reader(
                plan,
                new TailCourse(split, plan, position, watermarks.apply(plan), context, reader.isBounded()),
                reader);
    }

    private TableReader reader(TablePlan plan, Course course, ReaderContext reader) {
        return new TableReader(dialect, settings, stops, plan, course, links, threads, reader.isBounded());
    }

    @Override
    public SplitReader scan(Scan what) {
        TablePlan plan = planOf(what.stream().name());
        TablePlan wanted = what.isKeysOnly() ? plan.keysOnly() : plan;
        return new TableReader(dialect, settings, stops, wanted, new ScanCourse(), scanLinks, threads, true);
    }

    @Override
    public Plan plan(StreamSchema stream) {
        TablePlan table = planOf(stream.name());
        List<Split> splits = found.keySet().stream()
                .filter(split -> split.stream().equals(stream.name()))
                .toList();
        Optional<Position> stored =
                splits.stream().findFirst().flatMap(split -> found.getOrDefault(split, Optional.empty()));
        try (SourceLink link = SourceLink.open(dialect, settings, context)) {
            return new SourcePreview(dialect, settings, context, table).of(link, splits, stored);
        } catch (SQLException | JdbiException e) {
            throw failed(e);
        }
    }

    /** The plan of a stream's table; one that an earlier source discovered is planned now. */
    private TablePlan planOf(String stream) {
        if (!plans.containsKey(stream) && !stopped.containsKey(stream)) {
            try (SourceLink link = SourceLink.open(dialect, settings, context)) {
                plan(link, Set.of());
            } catch (SQLException | JdbiException e) {
                throw failed(e);
            }
        }
        StopException stop = stopped.get(stream);
        if (stop != null) {
            throw stops.told(stream, stop);
        }
        TablePlan plan = Optional.ofNullable(plans.get(stream))
                .orElseThrow(() -> new StopException(
                        "jdbc.no-table",
                        "the table of stream '" + stream + "' is not among those that the options name",
                        "name it in 'table' or 'tables'"));
        if (settings.whenReplaced() == SourceOptions.WhenReplaced.HOLD
                && !plan.facts().identity().equals(identities.get(stream))) {
            throw stops.replaced(plan.facts().id());
        }
        return plan;
    }

    @Override
    public void finished(Split split, Position last) {
        snapshots.finished(split.id());
    }

    @Override
    public void close() {
        snapshots.close();
        threads.close();
        links.close();
        scanLinks.close();
    }
}
