package io.mainstem.runtime.worker;

import io.mainstem.api.Capabilities;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Discovery;
import io.mainstem.api.Emitter;
import io.mainstem.api.Field;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A source of streams of one row each, with the stream's name and 1; more may come to be. */
final class StreamsSource implements SourceFactory {

    private static final Schema SCHEMA =
            Schema.of("stream", Field.required("stream", Type.STRING), Field.required("number", Type.INT64));

    private final List<String> streams = new CopyOnWriteArrayList<>();

    StreamsSource(String... streams) {
        this.streams.addAll(List.of(streams));
    }

    void add(String stream) {
        streams.add(stream);
    }

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public String summary() {
        return "Streams of one row";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Capabilities capabilities(Config config) {
        return Capabilities.of();
    }

    @Override
    public Source create(Config config, Context context) {
        return new Source() {

            @Override
            public Discovery discover(KnownSplits known) {
                List<String> now = List.copyOf(streams);
                return Discovery.of(
                                now.stream()
                                        .map(name -> StreamSchema.of(name, SCHEMA, List.of("stream")))
                                        .toList(),
                                now.stream()
                                        .map(name -> Split.of(name, name))
                                        .filter(split -> !known.isFinished(split.id()))
                                        .toList())
                        .andAgainAfter(Duration.ofMillis(5));
            }

            @Override
            public SplitReader open(Split split, Map<String, Position> stored, ReaderContext context) {
                return (out, maxWait) -> end(split, out);
            }

            private Poll end(Split split, Emitter out) {
                out.emit(Message.create(Row.builder(SCHEMA)
                        .setString(0, split.stream())
                        .setLong(1, 1)
                        .build()));
                out.checkpoint(Position.of("next", 1L));
                return Poll.end();
            }
        };
    }
}
