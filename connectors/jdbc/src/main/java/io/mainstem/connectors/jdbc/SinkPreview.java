package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Plan;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.connectors.jdbc.sql.Handles;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * What the sink will do with a topic: the table of offsets, and a {@link TablePreview}. Connects so that the database itself
 * refuses to write, where it can. One thread.
 */
final class SinkPreview {

    private static final UUID NO_TOPIC = new UUID(0, 0);

    private final SinkSettings settings;
    private final Dialect dialect;
    private final Context context;
    private final TableNames names;
    private boolean hasShownOffsets;

    SinkPreview(SinkSettings settings, Dialect dialect, Context context) {
        this.settings = settings;
        this.dialect = dialect;
        this.context = context;
        this.names = new TableNames(settings, dialect);
    }

    Plan of(StreamSchema topic) {
        names.take(topic.name());
        try {
            Optional<Connection> connection = dialect.connectToLook(settings, context);
            if (connection.isEmpty()) {
                return inNewDatabase(topic);
            }
            try (Connection open = connection.get();
                    Handle handle = Handles.open(open)) {
                return in(handle, open, dialect.adapted(open), topic);
            }
        } catch (SQLException | RuntimeException e) {
            throw Faults.exception(dialect, settings, "look at", e);
        }
    }

    private Plan inNewDatabase(StreamSchema topic) {
        Plan.Builder plan = Plan.builder();
        if (!hasShownOffsets) {
            plan.change("make the database", settings.connection().shownUrl());
        }
        showOffsets(dialect, plan);
        TableTemplate template = settings.table(topic.name());
        TableName name = template.of(topic.name(), settings.naming());
        TablePreview table = new TablePreview(settings, dialect, Optional.empty(), topic, name, plan);
        if (template.isFixed()) {
            table.make();
        } else {
            table.standIn(template, true);
        }
        return plan.build();
    }

    private Plan in(Handle handle, Connection connection, Dialect adapted, StreamSchema topic) {
        Plan.Builder plan = Plan.builder();
        Ledger ledger = new Ledger(connection, handle, adapted, context.pipeline(), context.name());
        boolean hasLedger = ledger.isThere();
        if (!hasLedger) {
            showOffsets(adapted, plan);
        }
        List<Ledger.Entry> written = hasLedger
                ? ledger.entries(topic.name()).stream()
                        .filter(entry -> entry.next() != Ledger.NOTHING)
                        .toList()
                : List.of();
        TopicTables tables = new TopicTables(settings, adapted, handle, context, topic.name());
        Target target = tables.fixed();
        TablePreview table = new TablePreview(settings, adapted, Optional.of(handle), topic, target.name(), plan);
        if (!tables.isFixed()) {
            table.standIn(settings.table(topic.name()), written.isEmpty());
            return plan.build();
        }
        target.read();
        // A plan does not know the topic's id: that of before is taken.
        UUID topicId =
                written.isEmpty() ? NO_TOPIC : written.get(written.size() - 1).topicId();
        new FirstLook(settings, context, target).at(new TopicPartition(topic.name(), topicId, 0), written);
        if (target.table().isPresent()) {
            table.compare(target.table().get());
        } else if (settings.createTable()) {
            table.make();
        } else {
            throw target.missingTable();
        }
        return plan.build();
    }

    /** With the first topic: there is one table for all. */
    private void showOffsets(Dialect known, Plan.Builder plan) {
        if (!hasShownOffsets) {
            plan.change("make the table of offsets", Ledger.createTable(known));
            hasShownOffsets = true;
        }
    }
}
