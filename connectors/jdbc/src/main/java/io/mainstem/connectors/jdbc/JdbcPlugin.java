package io.mainstem.connectors.jdbc;

import io.mainstem.api.Factory;
import io.mainstem.api.Plugin;
import io.mainstem.connectors.jdbc.source.JdbcSourceFactory;
import java.util.List;

/** Brings the connector {@code jdbc}: SQL databases as sources and sinks. */
public final class JdbcPlugin implements Plugin {

    /** For the runtime. */
    public JdbcPlugin() {}

    @Override
    public List<Factory<?>> factories() {
        return List.of(new JdbcSourceFactory(), new JdbcSinkFactory());
    }
}
