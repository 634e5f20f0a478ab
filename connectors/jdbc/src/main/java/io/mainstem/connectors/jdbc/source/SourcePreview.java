package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.Plan;
import io.mainstem.api.Plan.Change;
import io.mainstem.api.Position;
import io.mainstem.api.Split;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What the source will send to read a table: the first SELECT of it, how the database carries that out, what is not sound. */
final class SourcePreview {

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final Context context;
    private final TablePlan table;

    SourcePreview(SourceDialect dialect, SourceSettings settings, Context context, TablePlan table) {
        this.dialect = dialect;
        this.settings = settings;
        this.context = context;
        this.table = table;
    }

    /**
     * The plan.
     *
     * @param splits those of the table that are to be read, as they were found
     * @param stored what is stored of the first of them
     */
    Plan of(SourceLink link, List<Split> splits, Optional<Position> stored) throws SQLException {
        Plan.Builder plan = Plan.builder()
                .target("table " + table.id() + " in " + settings.connection().shownUrl(), Change.NONE);
        for (ReadColumn column : table.columns()) {
            plan.column(
                    column.facts().name(),
                    column.facts().name(),
                    column.facts().declared() + (column.facts().nullable() ? "" : " not null"),
                    Change.NONE);
        }
        Optional<ReadRequest> request = splits.isEmpty() ? Optional.empty() : request(link, splits.get(0), stored);
        if (request.isPresent()) {
            plan.request(
                    splits.size() == 1 ? "read" : "read the first of " + splits.size() + " splits",
                    dialect.statement(table, request.get()));
            plan.explanation(dialect.explain(link.handle(), table, request.get()));
        }
        table.settings()
                .detectDeletes()
                .ifPresent(
                        every -> plan.request("find deletes", dialect.statement(table.keysOnly(), ScanCourse.REQUEST)));
        if (table.stream().key().isEmpty()) {
            plan.warning("table " + table.id()
                    + " has no key, so that its records have none: a sink cannot replace or delete single rows");
        }
        for (SourceDialect.Finding finding : dialect.findings(link.handle(), table, settings)) {
            plan.warning(finding.message() + "; " + finding.whatToDo());
        }
        return plan.build();
    }

    /** The next one, as the reader will make it. */
    private Optional<ReadRequest> request(SourceLink link, Split split, Optional<Position> stored) throws SQLException {
        Course course = Splits.isRange(split)
                ? new RangeCourse(split, table, stored, Optional.empty())
                : new TailCourse(
                        split,
                        table,
                        stored,
                        dialect.watermarks(settings, context).apply(table),
                        context,
                        true);
        return course.next(link, course.start());
    }
}
