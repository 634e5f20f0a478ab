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
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.Schema;
import io.mainstem.api.Source;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * A source of streams of one row each, with the stream's name and 1; more may come to be. One that changes has another row, in which the number
 * is a text; one that stops has no row.
 */
final class StreamsSource implements SourceFactory {

    private static final Schema SCHEMA =
            Schema.of("stream", Field.required("stream", Type.STRING), Field.required("number", Type.INT64));

    private static final Schema CHANGED =
            Schema.of("stream", Field.required("stream", Type.STRING), Field.required("number", Type.STRING));

    private static final String SECOND = " second";

    private final List<String> streams = new CopyOnWriteArrayList<>();
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final Set<String> late = ConcurrentHashMap.newKeySet();

    private final Map<String, StopException> stops = new ConcurrentHashMap<>();
    private final Map<String, StopException> unscannable = new ConcurrentHashMap<>();
    private final Set<String> left = ConcurrentHashMap.newKeySet();

    StreamsSource(String... streams) {
        this.streams.addAll(List.of(streams));
    }

    void add(String stream) {
        streams.add(stream);
    }

    void change(String stream) {
        changed.add(stream);
    }

    /** The row of another kind comes behind one as before, with no checkpoint between them. */
    void changeLate(String stream) {
        late.add(stream);
        changed.add(stream);
    }

    void changeBack(String stream) {
        changed.remove(stream);
    }

    /** From now on its reader throws this. */
    void stop(String stream, StopException why) {
        stops.put(stream, why);
    }

    /** From now on it is looked for its deletes, and whoever asks for its keys is thrown this. */
    void stopScan(String stream, StopException why) {
        unscannable.put(stream, why);
    }

    /** Discoveries do not have it any more. */
    void leaveOut(String stream) {
        left.add(stream);
    }

    /** Discoveries have it again, and there is a second row. */
    void mend(String stream) {
        changed.add(stream + SECOND);
        stops.remove(stream);
        left.remove(stream);
    }

    private String split(String stream) {
        if (stops.containsKey(stream)) {
            return stream + "-stopped";
        }
        if (changed.contains(stream + SECOND)) {
            return stream + "-second";
        }
        return changed.contains(stream) ? stream + "-changed" : stream;
    }

    private Schema schema(String stream) {
        return changed.contains(stream) ? CHANGED : SCHEMA;
    }

    private static Row row(String stream, Schema schema) {
        return schema.equals(CHANGED) ? Row.of(schema, stream, "one") : Row.of(schema, stream, 1L);
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
        return new Streams();
    }

    private final class Streams implements Source, Scannable {

        @Override
        public Discovery discover(KnownSplits known) {
            List<String> now =
                    streams.stream().filter(stream -> !left.contains(stream)).toList();
            return Discovery.of(
                            now.stream()
                                    .map(name -> StreamSchema.of(name, schema(name), List.of("stream")))
                                    .toList(),
                            now.stream()
                                    .map(name -> Split.of(split(name), name))
                                    .filter(split -> !known.isFinished(split.id()))
                                    .toList())
                    .andAgainAfter(Duration.ofMillis(5))
                    .andFindDeletes(unscannable.keySet().stream()
                            .filter(now::contains)
                            .collect(Collectors.toMap(name -> name, name -> new Discovery.Deletes(Duration.ZERO, 1))));
        }

        @Override
        public SplitReader open(Split split, Map<String, Position> stored, ReaderContext context) {
            return (out, maxWait) -> {
                StopException stop = stops.get(split.stream());
                if (stop != null) {
                    throw stop;
                }
                return end(split, out);
            };
        }

        private Poll end(Split split, Emitter out) {
            String stream = split.stream();
            if (late.contains(stream)) {
                out.emit(Message.create(row(stream, SCHEMA)));
            }
            out.emit(Message.create(row(stream, schema(stream))));
            out.checkpoint(Position.of("next", 1L));
            return Poll.end();
        }

        @Override
        public SplitReader scan(Scan what) {
            throw unscannable.get(what.stream().name());
        }
    }
}
