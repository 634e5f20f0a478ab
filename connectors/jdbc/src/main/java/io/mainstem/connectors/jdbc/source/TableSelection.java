package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.StopException;
import io.mainstem.connectors.jdbc.sql.Nearest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the tables that the configuration names, and plans each. Named tables are looked up one by one; the catalogue is listed for patterns only. */
final class TableSelection {

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final Context context;

    TableSelection(SourceDialect dialect, SourceSettings settings, Context context) {
        this.dialect = dialect;
        this.settings = settings;
        this.context = context;
    }

    /**
     * The plans of all tables, or of the query.
     *
     * @throws StopException when a table is not there, or cannot be read as it should
     */
    List<TablePlan> plans(SourceLink link) throws SQLException {
        TablePlanner planner = new TablePlanner(dialect, settings);
        if (settings.query().isPresent()) {
            TableFacts facts = dialect.query(link.connection(), settings.query().get());
            return List.of(planner.plan(context.name(), facts, settings.defaults()));
        }
        Map<TableId, TablePlan> plans = new LinkedHashMap<>();
        for (TableId id : wanted(link)) {
            Optional<TableFacts> found = dialect.table(link.handle(), id);
            if (found.isEmpty() && !settings.tables().containsKey(id)) {
                // It was dropped since the patterns found it.
                continue;
            }
            TableFacts facts = found.orElseThrow(() -> missing(link, id));
            String stream = settings.isSingle() ? context.name() : facts.id().toString();
            plans.putIfAbsent(facts.id(), planner.plan(stream, facts, settingsOf(facts.id(), id)));
        }
        return new ArrayList<>(plans.values());
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
