package io.mainstem.connectors.jdbc;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Problem;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.StopException;
import java.util.List;

/** Makes sinks that write into tables. */
final class JdbcSinkFactory implements SinkFactory {

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public String summary() {
        return "Tables of a SQL database: PostgreSQL, MySQL, MariaDB, SQL Server, Oracle, SQLite, H2.";
    }

    @Override
    public ConfigSpec config() {
        return SinkOptions.SPEC;
    }

    @Override
    public Capabilities capabilities(Config config) {
        Capabilities capabilities = Capabilities.of(Capability.OWNS_OFFSETS, Capability.SCHEMA_EVOLUTION);
        if (config.get(SinkOptions.MODE) != SinkOptions.Mode.INSERT) {
            capabilities = capabilities.and(Capability.IDEMPOTENT);
        }
        return SinkSettings.of(config).takesDeletes() ? capabilities.and(Capability.DELETES) : capabilities;
    }

    @Override
    public List<Problem> check(Config config, Context context) throws Exception {
        SinkSettings settings = SinkSettings.of(config);
        try (Session session = Session.open(settings, context, dialect(settings))) {
            return session.check();
        } catch (StopException e) {
            return List.of(Problem.of(e.getMessage() + "; " + e.whatToDo()));
        }
    }

    @Override
    public Sink create(Config config, Context context) {
        SinkSettings settings = SinkSettings.of(config);
        return new JdbcSink(settings, dialect(settings), context);
    }

    private static Dialect dialect(SinkSettings settings) {
        return Dialects.find(settings.connection().url()).orElseThrow();
    }
}
