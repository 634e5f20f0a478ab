package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Field;
import io.mainstem.api.Scan;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.connectors.jdbc.source.TableScan;
import io.mainstem.connectors.jdbc.sql.Handles;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Reads a topic's table back, as the rows that the sink was given. One thread. */
final class SinkScan {

    private final SinkSettings settings;
    private final Dialect dialect;
    private final Context context;

    SinkScan(SinkSettings settings, Dialect dialect, Context context) {
        this.settings = settings;
        this.dialect = dialect;
        this.context = context;
    }

    SplitReader open(Scan what) {
        StreamSchema stream = what.stream();
        TableName name = name(stream);
        TableInfo table = read(name);
        Map<String, String> columns = new LinkedHashMap<>();
        for (Field field : stream.schema().fields()) {
            if (omission(field, table).isEmpty()) {
                table.column(settings.naming().column(field.name()))
                        .ifPresent(column -> columns.put(field.name(), column.name()));
            }
        }
        requireKey(stream, table, columns);
        return TableScan.open(settings.connection(), context, name.schema(), name.name(), stream, columns, live());
    }

    private TableName name(StreamSchema stream) {
        TableTemplate template = settings.table(stream.name());
        if (!template.isFixed()) {
            throw refused("messages name the tables (" + template + "), and which rows are in which is not known");
        }
        return template.of(stream.name(), settings.naming());
    }

    /** The fields that the sink does not write, or that the table does not have, with the reasons. */
    Map<String, String> omitted(Scan what) {
        TableInfo table = read(name(what.stream()));
        Map<String, String> omitted = new LinkedHashMap<>();
        for (Field field : what.stream().schema().fields()) {
            omission(field, table).ifPresent(why -> omitted.put(field.name(), why));
        }
        return omitted;
    }

    private Optional<String> omission(Field field, TableInfo table) {
        Naming naming = settings.naming();
        if (!naming.columns().isEmpty() && !naming.columns().containsKey(field.name())) {
            return Optional.of("the sink's 'columns' leave it out");
        }
        String name = naming.column(field.name());
        Optional<ColumnInfo> column = table.column(name);
        if (column.isEmpty()) {
            return Optional.of("table " + table.name() + " has no column '" + name + "'");
        }
        return column.filter(ColumnInfo::generated)
                .map(found -> "the target computes it, and the sink does not write it");
    }

    private static StopException refused(String why) {
        return new StopException(
                "jdbc.compare", "the target cannot be compared: " + why, "compare it by a query of your own");
    }

    private TableInfo read(TableName name) {
        try {
            Optional<Connection> connection = dialect.connectToLook(settings, context);
            if (connection.isEmpty()) {
                throw refused("there is no database yet");
            }
            try (Connection open = connection.get();
                    Handle handle = Handles.open(open)) {
                return dialect.adapted(open)
                        .readTable(handle, name)
                        .orElseThrow(() -> refused("there is no table " + name + " yet"));
            }
        } catch (SQLException | RuntimeException e) {
            throw e instanceof StopException stop ? stop : Faults.exception(dialect, settings, "look at", e);
        }
    }

    /** A table that has a row for each record, and not for each key, says nothing of the latest one. */
    private void requireKey(StreamSchema stream, TableInfo table, Map<String, String> columns) {
        if (settings.isHistory()) {
            return;
        }
        List<String> key = stream.key().stream()
                .map(field -> columns.getOrDefault(field, ""))
                .toList();
        if (!table.isUnique(key)) {
            throw refused("no unique constraint of table " + table.name() + " is on the key " + stream.key()
                    + ", so that it may have several rows of one key");
        }
    }

    /** The columns that are null in rows that count. */
    private List<String> live() {
        if (settings.isHistory()) {
            return List.of(settings.marks().validTo());
        }
        return settings.isSoftDelete() ? List.of(settings.marks().deletedAt()) : List.of();
    }
}
