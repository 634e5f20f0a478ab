package io.mainstem.connectors.jdbc;

import io.mainstem.api.Factory;
import io.mainstem.api.Plugin;
import java.util.List;

/** Brings the connector {@code jdbc}: SQL databases as sinks. */
public final class JdbcPlugin implements Plugin {

    /** For the runtime. */
    public JdbcPlugin() {}

    @Override
    public List<Factory<?>> factories() {
        return List.of(new JdbcSinkFactory());
    }
}
