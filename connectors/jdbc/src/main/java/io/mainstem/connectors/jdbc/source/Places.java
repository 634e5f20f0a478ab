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

    private Places() {}

    static Map<String, Object> values(List<OrderColumn> order, List<String> place) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < order.size(); i++) {
            values.put(order.get(i).name(), place.get(i));
        }
        return values;
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
