package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Position;
import io.mainstem.api.StopException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Places in an order of columns, as positions have them: the value of each by its name. */
final class Places {

    /** Beside the values of columns, which are texts: a list, of what tells the table from others. */
    private static final String TABLE = "#table";

    private Places() {}

    /** The position of a place in a table. */
    static Position position(TableFacts table, List<OrderColumn> order, List<String> place) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (isTold(table)) {
            values.put(TABLE, List.of(table.identity()));
        }
        for (int i = 0; i < order.size(); i++) {
            values.put(order.get(i).name(), place.get(i));
        }
        return Position.of(values);
    }

    /** Whether a position is one in another table, which had the same name. */
    static boolean isOfAnother(TableFacts table, Position position) {
        return isTold(table) && position.get(TABLE) instanceof List<?> of && !of.equals(List.of(table.identity()));
    }

    /** Views are made anew without another thought, with the same rows. */
    private static boolean isTold(TableFacts table) {
        return table.isTable() && !table.identity().isEmpty();
    }

    /**
     * The place of a position.
     *
     * @throws StopException when it is one of other columns
     */
    static List<String> of(String split, List<OrderColumn> order, Position position) {
        List<String> place = new ArrayList<>();
        for (OrderColumn column : order) {
            place.add(
                    position.textAt(column.name())
                            .orElseThrow(
                                    () -> new StopException(
                                            "jdbc.position",
                                            "the position of " + split + " is " + position + ", and it is read by "
                                                    + order.stream()
                                                            .map(OrderColumn::name)
                                                            .toList() + " now",
                                            "set 'mode', 'cursor' and 'key' as they were, or reset the position: then it is read anew")));
        }
        return place;
    }

    static Optional<List<String>> find(String split, List<OrderColumn> order, Optional<Position> position) {
        return position.map(stored -> of(split, order, stored));
    }
}
