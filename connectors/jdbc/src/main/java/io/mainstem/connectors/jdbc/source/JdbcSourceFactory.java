package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Problem;
import io.mainstem.api.RetryException;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.StopException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes sources that read tables and queries. */
public final class JdbcSourceFactory implements SourceFactory {

    private static final List<SourceDialect> DIALECTS = List.of(
            new PgSourceDialect(), new SqliteSourceDialect(), new MySqlSourceDialect(), new GenericSourceDialect());

    /** For the plugin. */
    public JdbcSourceFactory() {}

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public String summary() {
        return "Tables of a SQL database: PostgreSQL, MySQL, MariaDB, SQLite, H2 and others by their drivers.";
    }

    @Override
    public ConfigSpec config() {
        return SourceOptions.SPEC;
    }

    @Override
    public Capabilities capabilities(Config config) {
        return Capabilities.of(Capability.PARALLEL_SPLITS);
    }

    /** A table is followed when it has a cursor; a snapshot alone is read once. */
    @Override
    public Schedule defaultSchedule(Config config) {
        SourceSettings settings = SourceSettings.of(config);
        boolean isFollowed = settings.tables().values().stream()
                        .anyMatch(table -> table.mode().isIncremental())
                || settings.query().isPresent() && settings.defaults().mode().isIncremental();
        return isFollowed || settings.hasPatterns() ? Schedule.CONTINUOUS : Schedule.ONCE;
    }

    @Override
    public List<Problem> check(Config config, Context context) throws Exception {
        SourceSettings settings = SourceSettings.of(config);
        SourceDialect dialect = dialect(settings);
        try (SourceLink link = SourceLink.open(dialect, settings, context)) {
            List<Problem> problems = new ArrayList<>();
            for (TablePlan plan : tables(dialect, settings, context, link)) {
                for (SourceDialect.Finding finding : dialect.findings(link.handle(), plan, settings)) {
                    problems.add(Problem.of(finding.message() + "; " + finding.whatToDo()));
                }
                tryOut(dialect, settings, context, link, plan);
            }
            return problems;
        } catch (StopException e) {
            return List.of(Problem.of(e.getMessage() + "; " + e.whatToDo()));
        } catch (SQLException e) {
            return List.of(problem(SourceFaults.exception(dialect, settings, "look at what to read", e)));
        }
    }

    private static List<TablePlan> tables(
            SourceDialect dialect, SourceSettings settings, Context context, SourceLink link) throws SQLException {
        return new TableSelection(dialect, settings, context, new TableStops(context))
                .find(link, Set.of())
                .plans();
    }

    /** Asks for no rows: so privileges and the condition are tried. */
    private static void tryOut(
            SourceDialect dialect, SourceSettings settings, Context context, SourceLink link, TablePlan plan)
            throws SQLException {
        String where =
                plan.settings().where().map(text -> " AND (" + text + ")").orElse("");
        dialect.query(link.connection(), "SELECT * FROM " + plan.from() + " WHERE 1 = 0" + where);
        if (plan.settings().mode().isIncremental()) {
            var unused = dialect.watermarks(settings, context).apply(plan).look(link.connection());
        }
    }

    private static Problem problem(RuntimeException failure) {
        return failure instanceof StopException stop
                ? Problem.of(stop.getMessage() + "; " + stop.whatToDo())
                : Problem.of(failure.getMessage() + (failure instanceof RetryException ? "; it may work later" : ""));
    }

    @Override
    public Source create(Config config, Context context) {
        SourceSettings settings = SourceSettings.of(config);
        return new JdbcSource(dialect(settings), settings, context);
    }

    static SourceDialect dialect(SourceSettings settings) {
        return DIALECTS.stream()
                .filter(dialect -> dialect.takes(settings.connection().url()))
                .findFirst()
                .orElseThrow();
    }
}
