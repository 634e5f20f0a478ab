package io.mainstem.connectors.jdbc;

import io.mainstem.api.StopException;
import java.util.HashMap;
import java.util.Map;

/** The tables that the topics of a sink go into: no two names that are one table to the database. Not thread-safe. */
final class TableNames {

    private final Dialect dialect;
    private final Map<TableName, TableName> names = new HashMap<>();
    private final Map<TableName, String> topics = new HashMap<>();

    TableNames(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * Takes the table of a topic.
     *
     * @throws StopException when another topic's has another name, and is the same table
     */
    void take(String topic, TableName name) {
        TableName identity =
                new TableName(name.schema().map(dialect::tableIdentity), dialect.tableIdentity(name.name()));
        TableName first = names.putIfAbsent(identity, name);
        String firstTopic = topics.putIfAbsent(identity, topic);
        if (first != null && !first.equals(name)) {
            throw new StopException(
                    "jdbc.same-table",
                    "topic " + topic + " goes into table " + name + " and topic " + firstTopic + " into table " + first
                            + ", which are one table to " + dialect.name(),
                    "name another table for one of them with the option 'tables'");
        }
    }
}
