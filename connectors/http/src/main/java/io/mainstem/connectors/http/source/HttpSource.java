package io.mainstem.connectors.http.source;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.Discovery;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.connectors.http.client.HttpConnection;
import io.mainstem.connectors.http.client.WaitException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Polls one or several streams over one connection; each partition of a stream is a split. */
final class HttpSource implements Source, Plannable {

    private final Config config;
    private final Context context;
    private final HttpConnection connection;
    private final Streams streams;
    private final Map<String, List<Partition>> found = new HashMap<>();
    private final Map<String, Set<String>> warned = new ConcurrentHashMap<>();

    HttpSource(Config config, Context context, HttpConnection connection) {
        this.config = config;
        this.context = context;
        this.connection = connection;
        this.streams = new Streams(config, context.name(), connection.patientSession(), context.clock());
    }

    @Override
    public Discovery discover(KnownSplits known) throws InterruptedException {
        List<StreamSchema> schemas = new ArrayList<>();
        List<Split> splits = new ArrayList<>();
        try {
            for (StreamSettings stream : streams.all()) {
                List<Partition> partitions = streams.partitions(stream);
                found.put(stream.name(), partitions);
                Optional<StreamSchema> schema = streams.schema(stream, known.stream(stream.name()), partitions);
                if (schema.isEmpty()) {
                    context.logger()
                            .log(
                                    System.Logger.Level.WARNING,
                                    "stream {0} has no records to find its fields out from; declare them by ''columns'', or wait",
                                    stream.name());
                    continue;
                }
                schemas.add(schema.get());
                partitions.forEach(partition -> splits.add(partition.split(stream.name())));
            }
        } catch (WaitException e) {
            throw PageSource.later(e);
        }
        return Discovery.of(schemas, splits).andAgainAfter(config.get(SourceOptions.DISCOVER_EVERY));
    }

    @Override
    public Plan plan(StreamSchema stream) {
        return StreamPlan.of(
                streams.get(stream.name()),
                stream,
                found.getOrDefault(stream.name(), List.of(Partition.WHOLE)),
                context.clock().instant());
    }

    @Override
    public SplitReader open(Split split, Map<String, Position> stored, ReaderContext reader) {
        StreamSettings stream = streams.get(split.stream());
        if (stream.get(SourceOptions.FORMAT) == SourceOptions.Format.EVENTS) {
            return new EventReader(
                    stream,
                    Partition.of(split),
                    context,
                    connection.session(),
                    reader,
                    config.get(SourceOptions.POLL_EVERY),
                    stored.get(split.id()));
        }
        return new PageReader(
                stream,
                Partition.of(split),
                context,
                connection.session(),
                reader,
                config.get(SourceOptions.POLL_EVERY),
                warned.computeIfAbsent(stream.name(), name -> ConcurrentHashMap.newKeySet()),
                stored.get(split.id()));
    }
}
