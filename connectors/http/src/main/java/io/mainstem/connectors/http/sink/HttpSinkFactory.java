package io.mainstem.connectors.http.sink;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkFactory;
import java.util.List;

/** Makes sinks that send records to HTTP interfaces. */
public final class HttpSinkFactory implements SinkFactory {

    /** For the plugin. */
    public HttpSinkFactory() {
        // has no state
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String summary() {
        return "Sends records to an HTTP interface, one by one or many in a request.";
    }

    @Override
    public ConfigSpec config() {
        return SinkOptions.SPEC;
    }

    @Override
    public Capabilities capabilities(Config config) {
        Capabilities capabilities = Capabilities.of(Capability.SCHEMA_EVOLUTION);
        if (config.get(SinkOptions.IDEMPOTENT)) {
            capabilities = capabilities.and(Capability.IDEMPOTENT);
        }
        return config.isSet(SinkOptions.DELETE_URL) ? capabilities.and(Capability.DELETES) : capabilities;
    }

    @Override
    public List<String> publishedTopics(Config config) {
        return config.find(SinkOptions.RESPONSES).stream().toList();
    }

    @Override
    public Sink create(Config config, Context context) {
        return new HttpSink(config, context);
    }
}
