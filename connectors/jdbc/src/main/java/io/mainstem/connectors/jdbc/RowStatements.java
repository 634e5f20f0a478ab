package io.mainstem.connectors.jdbc;

import io.mainstem.api.Plan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The statements with parameters that a row of a plan needs, in order. Immutable. */
final class RowStatements {

    /**
     * A statement.
     *
     * @param parameters for each, the place of its column in the plan
     */
    record Sql(String text, List<Integer> parameters) {}

    private final TablePlan plan;
    private final Dialect dialect;
    private final String table;

    private RowStatements(TablePlan plan, Dialect dialect) {
        this.plan = plan;
        this.dialect = dialect;
        this.table = dialect.quote(plan.table().name());
    }

    static List<Sql> of(TablePlan plan, Dialect dialect) {
        RowStatements statements = new RowStatements(plan, dialect);
        return switch (plan.effect()) {
            case INSERT -> List.of(statements.insert());
            case UPSERT -> List.of(statements.upsert(plan.key()));
            case UPDATE -> List.of(statements.update());
            case VERSION -> List.of(statements.close(), statements.upsertVersion());
            case DELETE -> List.of(statements.delete());
            case MARK -> List.of(statements.mark());
            case CLOSE -> List.of(statements.close());
        };
    }

    /** The same, each with what it is for. */
    static List<Plan.Request> requests(TablePlan plan, Dialect dialect) {
        List<Sql> statements = of(plan, dialect);
        List<Plan.Request> requests = new ArrayList<>();
        for (int i = 0; i < statements.size(); i++) {
            boolean ends = plan.effect() == Effect.VERSION && i == 0;
            requests.add(new Plan.Request(
                    (ends ? Effect.CLOSE : plan.effect()).purpose(),
                    statements.get(i).text()));
        }
        return requests;
    }

    private List<Integer> all() {
        return IntStream.range(0, plan.bindings().size()).boxed().toList();
    }

    /** The parameters of {@link #where}. */
    private List<Integer> keys() {
        return IntStream.range(0, plan.key().size())
                .boxed()
                .flatMap(i -> Collections.nCopies(conditions(i).size(), i).stream())
                .toList();
    }

    /** The conditions for a column of the key, each with its value as parameter. */
    private List<String> conditions(int i) {
        String column = quoted(plan.key().get(i));
        List<String> conditions = new ArrayList<>(List.of(column + " = ?"));
        dialect.exactly(column, plan.bindings().get(i).column().type()).ifPresent(conditions::add);
        return conditions;
    }

    private String quoted(String column) {
        return dialect.quote(column);
    }

    private Sql insert() {
        List<String> names = plan.columnNames();
        return new Sql(
                "INSERT INTO " + table + " (" + dialect.quote(names) + ") VALUES ("
                        + names.stream().map(name -> "?").collect(Collectors.joining(", ")) + ")",
                all());
    }

    private Sql upsert(List<String> key) {
        return new Sql(
                dialect.upsert(
                        table,
                        plan.columnNames().stream().map(this::quoted).toList(),
                        key.stream().map(this::quoted).toList()),
                all());
    }

    /** A version that is there already keeps its end. */
    private Sql upsertVersion() {
        List<String> key = new ArrayList<>(plan.key());
        key.add(plan.marks().version());
        return upsert(key);
    }

    private Sql update() {
        List<Integer> parameters = new ArrayList<>();
        List<String> sets = new ArrayList<>();
        for (int i = plan.key().size(); i < plan.bindings().size(); i++) {
            sets.add(quoted(plan.columnNames().get(i)) + " = ?");
            parameters.add(i);
        }
        if (sets.isEmpty()) {
            String first = quoted(plan.key().get(0));
            sets.add(first + " = " + first);
        }
        parameters.addAll(keys());
        return new Sql("UPDATE " + table + " SET " + String.join(", ", sets) + where(), parameters);
    }

    private String where() {
        return " WHERE "
                + IntStream.range(0, plan.key().size())
                        .boxed()
                        .flatMap(i -> conditions(i).stream())
                        .collect(Collectors.joining(" AND "));
    }

    private Sql delete() {
        return new Sql("DELETE FROM " + table + where(), keys());
    }

    /** The first deletion stays. */
    private Sql mark() {
        String deletedAt = quoted(plan.marks().deletedAt());
        List<Integer> parameters =
                new ArrayList<>(List.of(plan.indexOf(plan.marks().deletedAt())));
        parameters.addAll(keys());
        return new Sql(
                "UPDATE " + table + " SET " + deletedAt + " = ?" + where() + " AND " + deletedAt + " IS NULL",
                parameters);
    }

    private Sql close() {
        Marks marks = plan.marks();
        List<Integer> parameters = new ArrayList<>(List.of(plan.indexOf(marks.validFrom())));
        parameters.addAll(keys());
        parameters.add(plan.indexOf(marks.version()));
        return new Sql(
                "UPDATE " + table + " SET " + quoted(marks.validTo()) + " = ?" + where() + " AND "
                        + quoted(marks.validTo()) + " IS NULL AND " + quoted(marks.version()) + " < ?",
                parameters);
    }
}
