package io.mainstem.runtime.worker;

import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Transform;
import io.mainstem.runtime.codec.UnencodableException;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.transform.Chain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The steps of one stream of a source, and the topics behind them. One thread, but for {@link #cancel}. */
final class SourceSteps implements AutoCloseable {

    /** A template that takes the place of an id would make a topic of each record. */
    private static final int TOPICS_MAX = 1_000;

    private final Pipeline pipeline;
    private final SourceSpec spec;
    private final StreamSchema stream;
    private final Chain chain;
    private final Topics topics;
    private final Schemas schemas;
    private final IdentityHashMap<Schema, StreamSchema> outputs = new IdentityHashMap<>();
    private final Map<String, StreamRoute> routes = new HashMap<>();
    private List<StreamSchema> last = List.of();
    private @Nullable StreamRoute single;

    private SourceSteps(
            Pipeline pipeline, SourceSpec spec, StreamSchema stream, Chain chain, Topics topics, Schemas schemas) {
        this.pipeline = pipeline;
        this.spec = spec;
        this.stream = stream;
        this.chain = chain;
        this.topics = topics;
        this.schemas = schemas;
    }

    /** The steps, unless none applies to the stream. */
    static Optional<SourceSteps> of(
            Pipeline pipeline,
            SourceSpec spec,
            StreamSchema stream,
            Topics topics,
            Schemas schemas,
            StepsContext context)
            throws Exception {
        Chain chain = Chain.open(spec.transforms(), stream.name(), context);
        SourceSteps steps = new SourceSteps(pipeline, spec, stream, chain, topics, schemas);
        if (chain.isEmpty()) {
            return Optional.empty();
        }
        try {
            steps.prepare(stream);
            return Optional.of(steps);
        } catch (Exception | Error e) {
            Closing.quietly(steps);
            throw e;
        }
    }

    private void prepare(StreamSchema in) throws Exception {
        last = chain.output(in);
        last.forEach(out -> outputs.putIfAbsent(out.schema(), out));
        single = null;
        // The topic of the source is not made where nothing comes into it.
        if (last.size() == 1 && !chain.choosesTopics()) {
            single = route(last.get(0), pipeline.topicOf(spec, last.get(0).name()));
        }
    }

    /**
     * What comes of a message, each for the {@link #route} of its own; all or none.
     *
     * @throws io.mainstem.runtime.transform.StepFailure when it is a bad record
     */
    List<Message> apply(Message message) throws Exception {
        if (!chain.knows(message)) {
            Schema schema = ((Row) Objects.requireNonNull(message.value())).schema();
            prepare(StreamSchema.of(
                    stream.name(),
                    schema,
                    stream.key().stream()
                            .filter(name -> schema.indexOf(name) >= 0)
                            .toList()));
        }
        return chain.apply(message);
    }

    /** The step that keeps rows from coming out each as one with its own key, if there is one. */
    Optional<String> changesKey() {
        return chain.changesKey(stream.key());
    }

    /** The one way, where {@link #changesKey} is empty. */
    StreamRoute only() {
        return Objects.requireNonNull(single, "one stream comes out of steps that leave the key alone");
    }

    /** The way of a message that came out, with its header for the topic taken off. */
    Routed routed(Message message) {
        String topic = message.headers().isEmpty() ? null : topic(message);
        StreamRoute only = single;
        if (topic == null) {
            return new Routed(message, only != null ? only : route(output(message)));
        }
        checkName(topic);
        List<Header> others = new ArrayList<>(message.headers());
        others.removeIf(header -> header.name().equals(Transform.TOPIC_HEADER));
        return new Routed(message.withHeaders(others), route(output(message), topic));
    }

    /** A message and its way. */
    record Routed(Message message, StreamRoute route) {}

    private static @Nullable String topic(Message message) {
        for (Header header : message.headers()) {
            if (header.name().equals(Transform.TOPIC_HEADER)) {
                return new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    private void checkName(String topic) {
        Optional<String> wrong = Pipeline.wrongChoice(topic);
        if (wrong.isPresent()) {
            throw new UnencodableException(wrong.get());
        }
    }

    private StreamSchema output(Message message) {
        if (message.value() instanceof Row row && last.size() > 1) {
            StreamSchema out = outputs.get(row.schema());
            if (out == null) {
                throw new UnencodableException("a step gave a row of a schema that it did not name: " + row.schema());
            }
            return out;
        }
        return last.get(0);
    }

    private StreamRoute route(StreamSchema out) {
        return route(out, pipeline.topicOf(spec, out.name()));
    }

    private StreamRoute route(StreamSchema out, String topic) {
        String name = topic + "\n" + String.join("\n", out.key());
        StreamRoute known = routes.get(name);
        if (known == null) {
            if (routes.size() >= TOPICS_MAX) {
                throw new UnencodableException("the steps chose more than " + TOPICS_MAX + " topics, the last of them '"
                        + topic + "'; is a field with that many values in the template?");
            }
            known = StreamRoute.of(pipeline, topic, out, topics, schemas);
            routes.put(name, known);
        }
        return known;
    }

    void nextPartition() {
        routes.values().forEach(StreamRoute::nextPartition);
    }

    void cancel() {
        chain.cancel();
    }

    @Override
    public void close() throws IOException {
        chain.close();
    }
}
