package io.mainstem.connectors.http.source;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Problem;
import io.mainstem.api.Recordable;
import io.mainstem.api.RetryException;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Tape;
import io.mainstem.connectors.http.client.HttpConnection;
import io.mainstem.connectors.http.client.WaitException;
import java.util.List;
import java.util.Optional;

/** Makes sources that poll HTTP interfaces. */
public final class HttpSourceFactory implements SourceFactory, Recordable {

    /** For the plugin. */
    public HttpSourceFactory() {
        // has no state
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String summary() {
        return "Reads the records of an HTTP interface, page by page, and asks again for what is new.";
    }

    @Override
    public ConfigSpec config() {
        return SourceOptions.SPEC;
    }

    @Override
    public Capabilities capabilities(Config config) {
        return Capabilities.of(Capability.PARALLEL_SPLITS);
    }

    /** Those whose fields are declared; of the others the server alone knows. */
    @Override
    public List<StreamSchema> knownStreams(Config config, Context context) {
        return Streams.declared(config, context.name());
    }

    /** Asks for a first page of each stream. */
    @Override
    public List<Problem> check(Config config, Context context) throws InterruptedException {
        Streams streams = new Streams(
                config, context.name(), HttpConnection.shared(config, context).session(), context.clock());
        try {
            for (StreamSettings stream : streams.all()) {
                streams.schema(stream, Optional.empty(), streams.partitions(stream));
            }
            return List.of();
        } catch (StopException e) {
            return List.of(Problem.of(e.getMessage() + ". " + e.whatToDo()));
        } catch (RetryException e) {
            return List.of(Problem.of(String.valueOf(e.getMessage())));
        } catch (WaitException e) {
            return List.of(Problem.of(e.pause().why()));
        }
    }

    @Override
    public Source create(Config config, Context context) {
        return new HttpSource(config, context, HttpConnection.shared(config, context));
    }

    @Override
    public Source create(Config config, Context context, Tape tape) {
        return new HttpSource(config, context, HttpConnection.taped(config, context, tape));
    }
}
