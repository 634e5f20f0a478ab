package io.mainstem.runtime.worker;

import io.mainstem.log.Log;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.transform.StepContext;
import io.mainstem.runtime.transform.Table;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What the steps of one session may ask, with the tables that they share. One thread. */
public final class StepsContext implements StepContext, AutoCloseable {

    private final ConnectorContext connector;
    private final Pipeline pipeline;
    private final Log log;
    private final Supplier<Schemas> schemas;
    private final Map<String, TopicTable> tables = new HashMap<>();

    /**
     * For the steps of one source or sink. The log is read and not written.
     *
     * @param schemas asked once a step looks into a topic
     */
    public StepsContext(ConnectorContext connector, Pipeline pipeline, Log log, Supplier<Schemas> schemas) {
        this.connector = connector;
        this.pipeline = pipeline;
        this.log = log;
        this.schemas = schemas;
    }

    @Override
    public Table table(String topic, long most) {
        return tables.computeIfAbsent(topic, name -> TopicTable.of(name, most, pipeline, log, schemas.get()));
    }

    @Override
    public String pipeline() {
        return connector.pipeline();
    }

    @Override
    public String name() {
        return connector.name();
    }

    @Override
    public System.Logger logger() {
        return connector.logger();
    }

    @Override
    public Clock clock() {
        return connector.clock();
    }

    @Override
    public Path resolve(String path) {
        return connector.resolve(path);
    }

    @Override
    public <S extends AutoCloseable> S shared(Object key, Supplier<S> open) {
        return connector.shared(key, open);
    }

    @Override
    public void rediscover() {
        connector.rediscover();
    }

    @Override
    public void close() {
        tables.values().forEach(TopicTable::close);
    }
}
