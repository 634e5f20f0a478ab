package io.mainstem.connectors.jdbc;

import io.mainstem.api.StopException;
import java.util.HashMap;
import java.util.Map;

/**
 * The tables that the topics of a sink go into: those of two topics are one only when both are named so in full, and in the same way. Not
 * thread-safe.
 */
final class TableNames {

    private final SinkSettings settings;
    private final Dialect dialect;
    private final Map<TableName, Taken> taken = new HashMap<>();

    /**
     * Who has a table.
     *
     * @param namesTopic whether it is made of the topic's name
     */
    private record Taken(String topic, TableName name, boolean namesTopic) {

        /** Whether two topics are meant to have one table. */
        boolean mayShareWith(Taken other) {
            return topic.equals(other.topic) || name.equals(other.name) && !namesTopic && !other.namesTopic;
        }
    }

    TableNames(SinkSettings settings, Dialect dialect) {
        this.settings = settings;
        this.dialect = dialect;
    }

    /**
     * Takes the table of a topic, or those that its messages name together with it.
     *
     * @throws StopException when it is the table of another topic, and not meant to be
     */
    void take(String topic) {
        TableTemplate template = settings.table(topic);
        if (!template.isFixed() && !template.namesTopic()) {
            return;
        }
        TableName name = template.of(topic, settings.naming());
        TableName identity =
                new TableName(name.schema().map(dialect::tableIdentity), dialect.tableIdentity(name.name()));
        Taken wanted = new Taken(topic, name, template.namesTopic());
        Taken first = taken.putIfAbsent(identity, wanted);
        if (first != null && !first.mayShareWith(wanted)) {
            throw first.name().equals(name) ? sameName(first, wanted) : sameTable(first, wanted);
        }
    }

    private static StopException sameName(Taken first, Taken second) {
        return new StopException(
                "jdbc.same-table",
                "the topics " + first.topic() + " and " + second.topic() + " would both go into table " + first.name()
                        + ", and rows of one would replace or mix with those of the other",
                "name another table for one of them with the option 'tables', or use more of the topic's name in the option"
                        + " 'table'; if one table for both is meant, name it for each of them in 'tables'");
    }

    private StopException sameTable(Taken first, Taken second) {
        return new StopException(
                "jdbc.same-table",
                "topic " + second.topic() + " goes into table " + second.name() + " and topic " + first.topic()
                        + " into table " + first.name() + ", which are one table to " + dialect.name(),
                "name another table for one of them with the option 'tables'");
    }
}
