package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Message;
import io.mainstem.api.StopException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables that the messages of one topic go into: one, or as many as the messages name. Not thread-safe. */
final class TopicTables {

    private final SinkSettings settings;
    private final Dialect dialect;
    private final Handle handle;
    private final Context context;
    private final String topic;
    private final TableTemplate template;
    private final Target fixed;
    private final Map<TableName, Target> named = new LinkedHashMap<>();

    TopicTables(SinkSettings settings, Dialect dialect, Handle handle, Context context, String topic) {
        this.settings = settings;
        this.dialect = dialect;
        this.handle = handle;
        this.context = context;
        this.topic = topic;
        this.template = settings.table(topic);
        this.fixed = target(template.of(topic, settings.naming()));
    }

    private Target target(TableName name) {
        return new Target(settings, dialect, handle, context, topic, name);
    }

    /** Whether all messages go into one table. */
    boolean isFixed() {
        return template.isFixed();
    }

    /** The one table; where messages name the tables, one that stands for all and is never read. */
    Target fixed() {
        return fixed;
    }

    /** The tables that were read. */
    Collection<Target> all() {
        return isFixed() ? java.util.List.of(fixed) : named.values();
    }

    /** What the ledger says of where the rows are: only one table can be recognised. */
    String identity() {
        return fixed.identity();
    }

    /**
     * The table of a message, when it was read.
     *
     * @throws BadValueException when the message does not name one
     */
    Optional<Target> find(Message message) throws BadValueException {
        return isFixed()
                ? Optional.of(fixed)
                : Optional.ofNullable(named.get(template.of(topic, message, settings.naming())));
    }

    /** Reads a table that was not read before. */
    Target open(Message message) throws BadValueException {
        TableName name = template.of(topic, message, settings.naming());
        if (named.size() >= settings.tablesMax()) {
            throw new StopException(
                    "jdbc.too-many-tables",
                    "the messages of topic " + topic + " name more than " + settings.tablesMax()
                            + " tables; the next would be " + name,
                    "see that the option 'table' (" + template
                            + ") names a field of few values, or raise 'tables-max'");
        }
        Target target = target(name);
        target.read();
        if (target.table().isEmpty() && !settings.createTable()) {
            throw target.missingTable();
        }
        named.put(name, target);
        return target;
    }
}
