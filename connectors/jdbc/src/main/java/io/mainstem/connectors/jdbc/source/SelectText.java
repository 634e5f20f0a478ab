package io.mainstem.connectors.jdbc.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Writes the SELECT of a request. */
final class SelectText {

    private final TablePlan plan;
    private final BiFunction<OrderColumn, String, String> literal;

    /**
     * For one table.
     *
     * @param literal what stands for a value of a column
     */
    SelectText(TablePlan plan, BiFunction<OrderColumn, String, String> literal) {
        this.plan = plan;
        this.literal = literal;
    }

    String of(ReadRequest request) {
        List<String> selected =
                plan.columns().stream().map(ReadColumn::expression).collect(Collectors.toCollection(ArrayList::new));
        request.order().stream()
                .filter(OrderColumn::isHidden)
                .map(OrderColumn::selected)
                .forEach(selected::add);
        List<String> conditions = new ArrayList<>();
        plan.settings().where().ifPresent(where -> conditions.add("(" + where + ")"));
        request.limits()
                .forEach(limit -> conditions.add(limit.column().expression() + " "
                        + limit.column().operator(limit.operator()) + " "
                        + literal(limit.column(), limit.value())));
        request.after().ifPresent(after -> conditions.add(behind(request.order(), after, 0)));
        return "SELECT " + String.join(", ", selected) + " FROM " + plan.from()
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                + (request.order().isEmpty()
                        ? ""
                        : " ORDER BY "
                                + request.order().stream()
                                        .map(OrderColumn::expression)
                                        .collect(Collectors.joining(", ")));
    }

    /**
     * Rows behind these values; begins with a bound of the first column alone, which an index can use. Each literal is asked for in
     * the order of the text, as parameters are.
     */
    private String behind(List<OrderColumn> order, List<String> after, int from) {
        OrderColumn column = order.get(from);
        String name = column.expression();
        String value = after.get(from);
        if (from == order.size() - 1) {
            return name + " " + column.operator(">") + " " + literal(column, value);
        }
        String atLeast = name + " " + column.operator(">=") + " " + literal(column, value);
        String greater = name + " " + column.operator(">") + " " + literal(column, value);
        return atLeast + " AND (" + greater + " OR (" + behind(order, after, from + 1) + "))";
    }

    private String literal(OrderColumn column, String value) {
        return literal.apply(column, value);
    }
}
