package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.Emitter;
import io.mainstem.api.Field;
import io.mainstem.api.Poll;
import io.mainstem.api.Schema;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.ConnectionOptions;
import io.mainstem.connectors.jdbc.sql.ConnectionSettings;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/**
 * Reads all rows of a table, with the readers of the source: what the sink compares its target by. The rows have the names of a stream's fields, and their
 * types where the columns' values can be read as such. One thread, but for {@link #cancel}.
 */
public final class TableScan implements SplitReader {

    private final TableReader reader;
    private final LinkPool links;
    private final FetchThreads threads;

    private TableScan(TableReader reader, LinkPool links, FetchThreads threads) {
        this.reader = reader;
        this.links = links;
        this.threads = threads;
    }

    /**
     * Opens one.
     *
     * @param schema the table's schema, if it is named
     * @param columns the fields that are read, each with its column
     * @param live columns that are null in the rows that count
     */
    public static TableScan open(
            ConnectionSettings connection,
            Context context,
            Optional<String> schema,
            String table,
            StreamSchema stream,
            Map<String, String> columns,
            List<String> live) {
        SourceSettings settings = settings(connection);
        SourceDialect dialect = JdbcSourceFactory.dialect(settings);
        TablePlan plan = plan(dialect, settings, context, new TableId(schema, table), stream, columns, live);
        FetchThreads threads = new FetchThreads(context.pipeline() + "-" + context.name());
        LinkPool links = new LinkPool(dialect, settings, 1, context);
        return new TableScan(
                new TableReader(
                        dialect, settings, new TableStops(context), plan, new ScanCourse(), links, threads, true),
                links,
                threads);
    }

    private static SourceSettings settings(ConnectionSettings connection) {
        Map<String, Object> options = new HashMap<>();
        options.put(ConnectionOptions.URL.name(), connection.url());
        connection.user().ifPresent(value -> options.put(ConnectionOptions.USER.name(), value));
        connection.password().ifPresent(value -> options.put(ConnectionOptions.PASSWORD.name(), value));
        options.put(ConnectionOptions.PROPERTIES.name(), connection.properties());
        options.put(SourceOptions.TABLE.name(), "t");
        return SourceSettings.of(Config.parse(SourceOptions.SPEC, options));
    }

    private static TablePlan plan(
            SourceDialect dialect,
            SourceSettings settings,
            Context context,
            TableId table,
            StreamSchema stream,
            Map<String, String> columns,
            List<String> live) {
        TableFacts facts;
        try (SourceLink link = SourceLink.open(dialect, settings, context)) {
            facts = dialect.table(link.handle(), table)
                    .orElseThrow(() -> new StopException(
                            "jdbc.no-table", "there is no table " + table + " yet", "run the pipeline first"));
        } catch (SQLException | JdbiException e) {
            throw SourceFaults.sql(e)
                    .map(sql -> SourceFaults.exception(dialect, settings, "look at " + table, sql))
                    .orElseGet(() -> new IllegalStateException(e));
        }
        List<ReadColumn> read = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        for (Field field : stream.schema().fields()) {
            Optional<ColumnFacts> column =
                    Optional.ofNullable(columns.get(field.name())).flatMap(facts::column);
            if (column.isPresent()) {
                Type natural = dialect.typeOf(column.get());
                Type type = dialect.canBecome(natural, field.type()) ? field.type() : natural;
                read.add(new ReadColumn(column.get(), type, dialect.expression(column.get(), type)));
                fields.add(Field.nullable(field.name(), type));
            }
        }
        Optional<String> where = live.stream()
                .map(column -> dialect.quote(column) + " IS NULL")
                .reduce((one, other) -> one + " AND " + other);
        TableSettings how = new TableSettings(
                Mode.SNAPSHOT, List.of(), List.of(), List.of(), where, Optional.empty(), Optional.empty());
        Schema rows = Schema.of(stream.schema().name(), fields);
        return new TablePlan(
                StreamSchema.of(stream.name(), rows, List.of()),
                facts,
                how,
                dialect.quote(facts.id()),
                read,
                List.of(),
                List.of());
    }

    @Override
    public Poll poll(Emitter out, Duration maxWait) throws Exception {
        return reader.poll(out, maxWait);
    }

    @Override
    public void cancel() {
        reader.cancel();
    }

    @Override
    public void close() throws IOException {
        reader.close();
        threads.close();
        links.close();
    }
}
