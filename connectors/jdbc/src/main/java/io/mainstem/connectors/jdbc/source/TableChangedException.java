package io.mainstem.connectors.jdbc.source;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table has other columns than when it was discovered. */
final class TableChangedException extends SQLException {
    private static final long serialVersionUID = 1L;

    TableChangedException(TablePlan plan, Optional<TableFacts> now) {
        super(now.map(facts -> plan.id() + " was changed: "
                        + difference(plan.facts().columns(), facts.columns()) + "; its columns are discovered anew")
                .orElse(plan.id() + " is not there any more"));
    }

    private static String difference(List<ColumnFacts> before, List<ColumnFacts> now) {
        List<ColumnFacts> added =
                now.stream().filter(column -> !before.contains(column)).toList();
        List<ColumnFacts> gone =
                before.stream().filter(column -> !now.contains(column)).toList();
        return "now there is " + added + " and no longer " + gone;
    }
}
