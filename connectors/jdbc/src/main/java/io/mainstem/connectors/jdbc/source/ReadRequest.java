package io.mainstem.connectors.jdbc.source;

import java.util.List;
import java.util.Optional;

/**
 * Rows to read, in order.
 *
 * @param order the columns of the order, which together name a row or nearly so
 * @param after the values of the last row that was read: rows behind it in the order come; empty for all
 * @param limits what rows must meet beside
 */
record ReadRequest(List<OrderColumn> order, Optional<List<String>> after, List<Limit> limits) {

    /**
     * A bound of one column.
     *
     * @param operator SQL's
     */
    record Limit(OrderColumn column, String operator, String value) {}

    ReadRequest {
        order = List.copyOf(order);
        after = after.map(List::copyOf);
        limits = List.copyOf(limits);
    }
}
