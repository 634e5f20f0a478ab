package io.mainstem.runtime.worker;

import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.transform.Chain;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The steps of a sink, a chain for each topic. One thread, but for {@link #cancel}. */
final class SinkSteps implements AutoCloseable {

    private final Pipeline pipeline;
    private final SinkSpec spec;
    private final Schemas schemas;
    private final StepsContext context;
    private final CallWatch watch;
    private final boolean isWatched;
    private final Map<String, Chain> chains = new ConcurrentHashMap<>();

    SinkSteps(Pipeline pipeline, SinkSpec spec, Schemas schemas, StepsContext context, CallWatch watch) {
        this.pipeline = pipeline;
        this.spec = spec;
        this.schemas = schemas;
        this.context = context;
        this.watch = watch;
        this.isWatched = Chain.callsPlugins(spec.transforms());
    }

    /**
     * What comes of a message; all or none. Valid until the next call.
     *
     * @throws io.mainstem.runtime.transform.StepFailure when it is a bad record
     */
    List<Message> apply(String topic, Message message) throws Exception {
        Chain chain = chains.get(topic);
        if (chain == null) {
            chain = open(topic);
        }
        if (!isWatched) {
            return applied(chain, topic, message);
        }
        watch.begin(ConnectorCall.WRITE);
        try {
            return applied(chain, topic, message);
        } finally {
            watch.end();
        }
    }

    private List<Message> applied(Chain chain, String topic, Message message) throws Exception {
        if (chain.isEmpty()) {
            return List.of(message);
        }
        if (!chain.knows(message)) {
            chain.output(stream(topic, message));
        }
        return chain.apply(message);
    }

    private Chain open(String topic) throws Exception {
        watch.begin(ConnectorCall.CREATE);
        try {
            Chain chain = Chain.open(spec.transforms(), topic, context);
            chains.put(topic, chain);
            return chain;
        } finally {
            watch.end();
        }
    }

    /** The topic as a stream; before a delete, of which nobody can see fields, with those of its rows before it. */
    private StreamSchema stream(String topic, Message message) {
        Optional<Registered> latest = schemas.latest(topic);
        Schema schema = message.value() instanceof Row row
                ? row.schema()
                : latest.map(Registered::schema)
                        .orElseGet(() -> message.key() instanceof Row key ? key.schema() : Schema.of(topic));
        List<String> declared = pipeline.topic(topic).map(found -> found.key()).orElse(List.of());
        List<String> key =
                declared.isEmpty() ? latest.map(Registered::keyFields).orElse(List.of()) : declared;
        return StreamSchema.of(
                topic,
                schema,
                key.stream().filter(name -> schema.indexOf(name) >= 0).toList());
    }

    void cancel() {
        chains.values().forEach(Chain::cancel);
    }

    @Override
    public void close() {
        watch.begin(ConnectorCall.CLOSE);
        try {
            chains.values().forEach(Closing::quietly);
            Closing.quietly(context);
        } finally {
            watch.end();
        }
    }
}
