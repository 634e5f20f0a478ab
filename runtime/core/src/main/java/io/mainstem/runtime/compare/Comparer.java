package io.mainstem.runtime.compare;

import io.mainstem.api.Discovery;
import io.mainstem.api.Factory;
import io.mainstem.api.Scannable;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.Log;
import io.mainstem.log.TopicDescription;
import io.mainstem.runtime.compare.CompareReport.Differences;
import io.mainstem.runtime.compare.CompareReport.Pair;
import io.mainstem.runtime.compare.CompareReport.Rows;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.plugin.PluginClassLoading;
import io.mainstem.runtime.scan.Digest;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.transform.Chain;
import io.mainstem.runtime.transform.Routes;
import io.mainstem.runtime.transform.StepSpec;
import io.mainstem.runtime.worker.ConnectorContext;
import io.mainstem.runtime.worker.Failure;
import io.mainstem.runtime.worker.StepsContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares, topic by topic, the streams of the sources with the topic, and the topic with the target of each sink. Reads alone. For one comparison,
 * on one thread.
 */
public final class Comparer implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Comparer.class);

    private final Log log;
    private final CompareOptions options;
    private final Optional<Schemas> schemas;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Pair> pairs = new ArrayList<>();

    private Comparer(Log log, CompareOptions options) {
        this.log = log;
        this.options = options;
        this.schemas = Schemas.find(log);
    }

    /**
     * Compares.
     *
     * @param log the log that the pipelines run on; nothing is written to it, and it stays open
     */
    public static CompareReport compare(List<Pipeline> pipelines, Log log, CompareOptions options)
            throws InterruptedException {
        try (Comparer comparer = new Comparer(log, options)) {
            for (Pipeline pipeline : pipelines) {
                comparer.compare(pipeline);
            }
            return new CompareReport(comparer.pairs);
        }
    }

    private void compare(Pipeline pipeline) throws InterruptedException {
        Map<String, List<SourceSide.Feed>> feeds = new LinkedHashMap<>();
        for (SourceSpec spec : pipeline.sources()) {
            tell(pipeline, "source " + spec.name(), "its topics", () -> addFeeds(pipeline, spec, feeds));
        }
        for (Map.Entry<String, List<SourceSide.Feed>> entry : feeds.entrySet()) {
            String names = new SourceSide(entry.getValue(), List.of()).name();
            tell(
                    pipeline,
                    names,
                    "topic " + entry.getKey(),
                    () -> pairs.add(sourceAndTopic(pipeline, entry.getKey(), entry.getValue())));
        }
        for (SinkSpec spec : pipeline.sinks()) {
            for (String topic : pipeline.selection(spec).in(log.admin())) {
                if (options.wants(topic)) {
                    tell(
                            pipeline,
                            "topic " + topic,
                            "target of sink " + spec.name(),
                            () -> pairs.add(topicAndSink(pipeline, topic, spec, feeds.getOrDefault(topic, List.of()))));
                }
            }
        }
    }

    /** Something that may fail. */
    private interface Step {
        void run() throws Exception;
    }

    /** What fails is told of, and the others are compared all the same. */
    private void tell(Pipeline pipeline, String expected, String actual, Step step) throws InterruptedException {
        try {
            step.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError e) {
            String why = e instanceof IncomparableException
                    ? String.valueOf(e.getMessage())
                    : Failure.of(e).message();
            pairs.add(new Pair(
                    pipeline.name(),
                    new Rows(expected, 0, Digest.NONE),
                    new Rows(actual, 0, Digest.NONE),
                    Differences.NONE,
                    List.of(),
                    Optional.of(options.secrets().scrub(why))));
        }
    }

    private void addFeeds(Pipeline pipeline, SourceSpec spec, Map<String, List<SourceSide.Feed>> feeds)
            throws Exception {
        SourceState state = Positions.find(log)
                .map(positions -> {
                    try (positions) {
                        return positions.load(pipeline.name(), spec.name());
                    }
                })
                .orElseGet(SourceState::empty);
        Contexts contexts = new Contexts(pipeline, spec.name(), spec.factory());
        ConnectorContext context = keep(contexts.connector());
        Source source = keep(
                PluginClassLoading.with(spec.factory(), () -> spec.factory().create(spec.config(), context)));
        if (!(source instanceof Scannable scannable)) {
            boolean isWanted = options.topics().isEmpty()
                    || options.topics().stream()
                            .anyMatch(
                                    topic -> pipeline.topicOf(spec, spec.name()).equals(topic));
            if (isWanted) {
                throw new IncomparableException("the connector '" + spec.connector()
                        + "' cannot give all rows that are there now, so that the source is not compared");
            }
            return;
        }
        Discovery discovery = PluginClassLoading.with(spec.factory(), () -> source.discover(state));
        for (StreamSchema stream : streams(discovery, state)) {
            String topic = topicOf(pipeline, spec, stream, contexts);
            if (options.wants(topic)) {
                feeds.computeIfAbsent(topic, name -> new ArrayList<>())
                        .add(new SourceSide.Feed(pipeline, spec, scannable, stream, contexts));
            }
        }
    }

    private static List<StreamSchema> streams(Discovery discovery, SourceState state) {
        Map<String, StreamSchema> all = new LinkedHashMap<>();
        discovery.streams().forEach(stream -> all.put(stream.name(), stream));
        for (Split split : discovery.splits()) {
            state.stream(split.stream()).ifPresent(stream -> all.putIfAbsent(stream.name(), stream));
        }
        return List.copyOf(all.values());
    }

    private String topicOf(Pipeline pipeline, SourceSpec spec, StreamSchema stream, Contexts contexts)
            throws Exception {
        return pipeline.topicOf(
                spec,
                output(spec.transforms(), stream, contexts, "source " + spec.name())
                        .name());
    }

    private static StreamSchema output(SourceSide.Feed feed) throws Exception {
        SourceSpec source = feed.spec();
        return output(source.transforms(), feed.stream(), feed.contexts(), "source " + source.name());
    }

    /** What comes out of steps. */
    private static StreamSchema output(
            List<StepSpec> steps, StreamSchema in, SourceSide.Contexts contexts, String whose) throws Exception {
        List<StepSpec> applying =
                steps.stream().filter(step -> step.appliesTo(in.name())).toList();
        if (applying.isEmpty()) {
            return in;
        }
        if (!Routes.of(applying).isEmpty()) {
            throw new IncomparableException(
                    "steps of " + whose
                            + " may send each record to another topic (route, or a step of a plugin), so that nobody knows where to look for it");
        }
        try (ConnectorContext connector = contexts.connector();
                StepsContext context = contexts.steps(connector);
                Chain chain = Chain.open(applying, in.name(), context)) {
            List<StreamSchema> out = chain.output(in);
            if (out.size() > 1) {
                throw new IncomparableException("steps of " + whose + " make rows of several kinds");
            }
            return out.get(0);
        }
    }

    private Pair sourceAndTopic(Pipeline pipeline, String topic, List<SourceSide.Feed> feeds) throws Exception {
        StreamSchema out = output(feeds.get(0));
        TopicSpec spec = spec(pipeline, topic);
        List<String> key = spec.key().isEmpty() ? out.key() : spec.key();
        requireKey(topic, key);
        Schema schema = out.schema();
        Side there = new TopicSide(
                log,
                described(topic),
                spec,
                known(topic),
                StreamSchema.of(topic, schema, key),
                key,
                TopicSide.Steps.NONE);
        return new PairComparison(pipeline.name(), new SourceSide(feeds, key), there, schema, options).compare();
    }

    private Pair topicAndSink(Pipeline pipeline, String topic, SinkSpec sink, List<SourceSide.Feed> feeds)
            throws Exception {
        StreamSchema in = stream(pipeline, topic, feeds);
        Contexts contexts = new Contexts(pipeline, sink.name(), sink.factory());
        StreamSchema out = output(sink.transforms(), in, contexts, "sink " + sink.name());
        requireKey(topic, out.key());
        ConnectorContext context = keep(contexts.connector());
        Sink made = keep(
                PluginClassLoading.with(sink.factory(), () -> sink.factory().create(sink.config(), context)));
        if (!(made instanceof Scannable scannable)) {
            throw new IncomparableException(
                    "the connector '" + sink.connector() + "' cannot give the rows of its target");
        }
        boolean hasSteps = sink.transforms().stream().anyMatch(step -> step.appliesTo(topic));
        TopicSide.Steps steps = hasSteps
                ? () -> Optional.of(Chain.open(sink.transforms(), topic, keep(contexts.steps(context))))
                : TopicSide.Steps.NONE;
        return new PairComparison(
                        pipeline.name(),
                        new TopicSide(log, described(topic), spec(pipeline, topic), known(topic), in, out.key(), steps),
                        new SinkSide(sink, scannable, StreamSchema.of(topic, out.schema(), out.key())),
                        out.schema(),
                        options)
                .compare();
    }

    /** What a topic has; one without any record yet has what its source will give. */
    private StreamSchema stream(Pipeline pipeline, String topic, List<SourceSide.Feed> feeds) throws Exception {
        List<String> declared = spec(pipeline, topic).key();
        Optional<Registered> registered = known(topic).latest(topic);
        if (registered.isPresent()) {
            List<String> key = declared.isEmpty() ? registered.get().keyFields() : declared;
            return StreamSchema.of(topic, registered.get().schema(), key);
        }
        if (feeds.isEmpty()) {
            throw new IncomparableException("topic '" + topic + "' has no rows yet");
        }
        StreamSchema given = output(feeds.get(0));
        return StreamSchema.of(topic, given.schema(), declared.isEmpty() ? given.key() : declared);
    }

    private static void requireKey(String topic, List<String> key) throws IncomparableException {
        if (key.isEmpty()) {
            throw new IncomparableException("the records of topic '" + topic
                    + "' have no key, so that nothing tells which row is to be compared with which");
        }
    }

    private TopicDescription described(String topic) throws IncomparableException {
        return log.admin()
                .topic(topic)
                .orElseThrow(() -> new IncomparableException("there is no topic '" + topic + "' yet"));
    }

    private Schemas known(String topic) throws IncomparableException {
        return schemas.orElseThrow(() -> new IncomparableException("there is no topic '" + topic + "' yet"));
    }

    private static TopicSpec spec(Pipeline pipeline, String topic) {
        return pipeline.topic(topic).orElseGet(() -> TopicSpec.defaults(topic));
    }

    private <T extends AutoCloseable> T keep(T made) {
        opened.add(made);
        return made;
    }

    /** What connectors and steps may ask. */
    private final class Contexts implements SourceSide.Contexts {
        private final Pipeline pipeline;
        private final String name;
        private final Factory<?> factory;

        Contexts(Pipeline pipeline, String name, Factory<?> factory) {
            this.pipeline = pipeline;
            this.name = name;
            this.factory = factory;
        }

        @Override
        public ConnectorContext connector() {
            return new ConnectorContext(pipeline, name, factory, options.clock(), options.secrets(), () -> {});
        }

        @Override
        public StepsContext steps(ConnectorContext connector) {
            return new StepsContext(
                    connector,
                    pipeline,
                    log,
                    () -> schemas.orElseThrow(() -> new IllegalStateException("the log has no topic yet")));
        }
    }

    /** Lets go of connectors, the last first; what fails there changes nothing. */
    @Override
    public void close() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception e) {
                LOGGER.debug("closing {} failed", opened.get(i).getClass().getName(), e);
            }
        }
        schemas.ifPresent(Schemas::close);
    }
}
