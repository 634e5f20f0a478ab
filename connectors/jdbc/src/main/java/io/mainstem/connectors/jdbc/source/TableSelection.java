package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.StopException;
import io.mainstem.connectors.jdbc.sql.Nearest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the tables that the configuration names, and plans each. Named tables are looked up one by one; the catalogue is listed for patterns only. */
final class TableSelection {

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final Context context;
    private final TableStops stops;

    TableSelection(SourceDialect dialect, SourceSettings settings, Context context, TableStops stops) {
        this.dialect = dialect;
        this.settings = settings;
        this.context = context;
        this.stops = stops;
    }

    /**
     * What was found.
     *
     * @param plans the tables that can be read
     * @param stopped why others of which something was read before cannot be, by the names of their streams
     */
    record Found(List<TablePlan> plans, Map<String, StopException> stopped) {}

    /**
     * The tables that there are, or the query.
     *
     * @param known the streams of which something was read before: one that cannot be read any more does not keep the others from it
     * @throws StopException when another table is not there, or cannot be read as it should
     */
    Found find(SourceLink link, Set<String> known) throws SQLException {
        TablePlanner planner = new TablePlanner(dialect, settings);
        if (settings.query().isPresent()) {
            TableFacts facts = dialect.query(link.connection(), settings.query().get());
            return new Found(List.of(planner.plan(context.name(), facts, settings.defaults())), Map.of());
        }
        Map<TableId, TablePlan> plans = new LinkedHashMap<>();
        Map<String, StopException> stopped = new LinkedHashMap<>();
        Set<String> others = new LinkedHashSet<>(known);
        List<TableId> missing = new ArrayList<>();
        for (TableId id : wanted(link)) {
            Optional<TableFacts> found = dialect.table(link.handle(), id);
            if (found.isPresent()) {
                plan(planner, found.get(), id, known, plans, stopped);
                others.remove(found.get().id().toString());
            } else if (settings.tables().containsKey(id)) {
                // Otherwise it was dropped since the patterns found it.
                missing.add(id);
            }
        }
        for (TableId id : missing) {
            String stream = streamOf(id, others).orElseThrow(() -> missing(link, id));
            stopped.put(stream, stops.missing(stream, "there is no such table"));
        }
        return new Found(new ArrayList<>(plans.values()), stopped);
    }

    private void plan(
            TablePlanner planner,
            TableFacts facts,
            TableId asked,
            Set<String> known,
            Map<TableId, TablePlan> plans,
            Map<String, StopException> stopped) {
        String stream = settings.isSingle() ? context.name() : facts.id().toString();
        try {
            plans.putIfAbsent(facts.id(), planner.plan(stream, facts, settingsOf(facts.id(), asked)));
        } catch (StopException e) {
            if (!known.contains(stream)) {
                throw e;
            }
            stopped.put(stream, e.ofStream(true));
        }
    }

    /** The stream of a table that was there before; that of one whose schema the options do not name begins with it. */
    private static Optional<String> streamOf(TableId asked, Set<String> known) {
        return known.stream()
                .filter(stream -> stream.equals(asked.toString())
                        || asked.schema().isEmpty() && stream.endsWith("." + asked.name()))
                .findFirst();
    }

    private List<TableId> wanted(SourceLink link) throws SQLException {
        List<TableId> wanted = new ArrayList<>(settings.tables().keySet().stream()
                .filter(id -> !id.isPattern())
                .toList());
        if (settings.hasPatterns()) {
            dialect.tables(link.handle()).stream().filter(settings::takes).forEach(wanted::add);
            if (wanted.isEmpty()) {
                context.logger()
                        .log(
                                System.Logger.Level.WARNING,
                                "no table matches {0}",
                                settings.tables().keySet());
            }
        }
        return wanted;
    }

    /** The settings of the most specific name or pattern. */
    private TableSettings settingsOf(TableId table, TableId asked) {
        Optional<TableSettings> named = Optional.ofNullable(settings.tables().get(asked));
        return named.or(() -> settings.tables().entrySet().stream()
                        .filter(entry -> entry.getKey().matches(table))
                        .max(Comparator.comparingInt(entry -> entry.getKey().precision()))
                        .map(Map.Entry::getValue))
                .orElse(settings.defaults());
    }

    private StopException missing(SourceLink link, TableId id) {
        return new StopException(
                "jdbc.no-table",
                "there is no table " + id + " in " + settings.connection().shownUrl() + hint(link, id),
                "correct the option 'table' or 'tables', make the table, or grant its schema's USAGE");
    }

    private String hint(SourceLink link, TableId id) {
        try {
            List<TableId> tables = dialect.tables(link.handle());
            return Nearest.hint(
                    id.toString(),
                    tables.stream()
                            .map(table -> id.schema().isPresent() ? table.toString() : table.name())
                            .limit(1_000)
                            .toList());
        } catch (SQLException | org.jdbi.v3.core.JdbiException e) {
            return "";
        }
    }
}
