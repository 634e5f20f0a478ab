package io.mainstem.runtime.plan;

import io.mainstem.api.Capability;
import io.mainstem.api.Discovery;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Poll;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.plan.StreamPlan.Start;
import io.mainstem.runtime.transform.StepStreams;
import io.mainstem.runtime.worker.ConnectorContext;
import io.mainstem.runtime.worker.StepsContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks a source what there is, reads a few rows of each stream, and asks how it will read them. One thread, but for {@link #cancel}. */
final class SourceQuestion implements ConnectorThreads.Question<SourceQuestion.Answer> {

    /** How long a reader may wait for something to come, each time. */
    private static final Duration WAIT = Duration.ofMillis(200);

    /** How long rows of one stream may take. */
    private static final Duration READ_MAX = Duration.ofSeconds(10);

    private final Pipeline pipeline;
    private final SourceSpec spec;
    private final SourceState state;
    private final Effect effect;
    private final LogFacts facts;
    private final PlanOptions options;
    private final Masked masked;
    private final List<StreamPlan> streams = new CopyOnWriteArrayList<>();
    private final List<Flow> flows = new CopyOnWriteArrayList<>();
    private volatile boolean isPlannable;
    private volatile int splits;
    private volatile @Nullable SplitReader reading;

    /**
     * What came of it.
     *
     * @param plan what the source will do
     * @param flows what it puts into topics
     */
    record Answer(SourcePlan plan, List<Flow> flows) {

        Answer {
            flows = List.copyOf(flows);
        }
    }

    SourceQuestion(
            Pipeline pipeline, SourceSpec spec, SourceState state, Effect effect, LogFacts facts, PlanOptions options) {
        this.facts = facts;
        this.pipeline = pipeline;
        this.spec = spec;
        this.state = state;
        this.effect = effect;
        this.options = options;
        this.masked = new Masked(options.secrets());
    }

    @Override
    public String name() {
        return pipeline.name() + "-" + spec.name();
    }

    @Override
    public Object plugin() {
        return spec.factory();
    }

    @Override
    public Answer call() throws Exception {
        try (ConnectorContext context = connectorContext();
                Source source = spec.factory().create(spec.config(), context)) {
            isPlannable = source instanceof Plannable;
            Discovery discovery = source.discover(state);
            splits = discovery.splits().size();
            for (StreamSchema stream : streams(discovery)) {
                ask(source, stream, splitsOf(stream, discovery));
            }
            StepStreams.check(spec.transforms(), state.names(discovery));
        }
        return answer(Optional.empty());
    }

    private ConnectorContext connectorContext() {
        return new ConnectorContext(
                pipeline, spec.name(), spec.factory(), options.clock(), options.secrets(), () -> {});
    }

    @Override
    public Answer failed(Throwable why) {
        return answer(Optional.of(why));
    }

    private Answer answer(Optional<Throwable> failure) {
        SourcePlan plan = new SourcePlan(
                spec.name(),
                spec.connector(),
                spec.schedule().toString(),
                effect,
                splits,
                (int) state.splits().stream()
                        .filter(split -> state.isFinished(split.id()))
                        .count(),
                streams,
                isPlannable,
                failure.map(masked::failure));
        return new Answer(plan, flows);
    }

    /** Those that it declares, and those of its splits that it declared before. */
    private List<StreamSchema> streams(Discovery discovery) {
        Map<String, StreamSchema> all = new LinkedHashMap<>();
        discovery.streams().forEach(stream -> all.put(stream.name(), stream));
        for (Split split : discovery.splits()) {
            if (!all.containsKey(split.stream())) {
                all.put(split.stream(), state.stream(split.stream()).orElseThrow(() -> undeclared(split)));
            }
        }
        return List.copyOf(all.values());
    }

    private StopException undeclared(Split split) {
        return new StopException(
                "source.stream",
                "the connector '" + spec.connector() + "' reads a stream '" + split.stream()
                        + "' that it never declared",
                "this is a fault of the connector: its discovery must name every stream");
    }

    private static List<Split> splitsOf(StreamSchema stream, Discovery discovery) {
        return discovery.splits().stream()
                .filter(split -> split.stream().equals(stream.name()))
                .toList();
    }

    private void ask(Source source, StreamSchema stream, List<Split> toRead) throws Exception {
        StreamAnswer answer = new StreamAnswer();
        try {
            answer.plan = plan(source, stream);
            answer.sample = read(source, stream, toRead);
            flow(stream, answer);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError e) {
            answer.failure = Optional.of(e);
        }
        streams.add(new StreamPlan(
                stream,
                answer.topics,
                starts(toRead),
                toRead.size(),
                answer.plan,
                answer.sample,
                answer.traces,
                warnings(stream, answer),
                answer.failure.map(masked::failure)));
    }

    /** What is known so far of a stream. */
    private static final class StreamAnswer {
        private Optional<Plan> plan = Optional.empty();
        private RowSample sample = RowSample.NONE;
        private List<String> topics = List.of();
        private List<StepTrace> traces = List.of();
        private List<RowSample.Bad> failed = List.of();
        private Optional<Throwable> failure = Optional.empty();
    }

    private Optional<Plan> plan(Source source, StreamSchema stream) throws Exception {
        return source instanceof Plannable plannable
                ? Optional.of(masked.plan(plannable.plan(stream)))
                : Optional.empty();
    }

    private void flow(StreamSchema stream, StreamAnswer answer) throws Exception {
        try (StepsContext context = facts.steps(connectorContext(), pipeline);
                Steps steps = Steps.open(spec.transforms(), stream.name(), context, masked)) {
            List<StreamSchema> outputs = steps.output(stream);
            answer.topics = outputs.stream()
                    .map(output -> pipeline.topicOf(spec, output.name()))
                    .toList();
            steps.apply(stream, answer.sample.rows());
            answer.traces = steps.traces();
            answer.failed = steps.bad();
            List<Flow> found = FlowSorting.sort(
                    outputs,
                    output -> pipeline.topicOf(spec, output.name()),
                    steps.out(),
                    steps.chooseTopics(),
                    answer.sample.isAll());
            flows.addAll(found);
            answer.topics = found.stream().map(Flow::topic).toList();
        }
    }

    private List<Start> starts(List<Split> toRead) {
        return toRead.stream()
                .limit(StreamPlan.STARTS_MAX)
                .map(split -> new Start(split.id(), state.position(split.id())))
                .toList();
    }

    private List<String> warnings(StreamSchema stream, StreamAnswer answer) {
        List<String> warnings = new ArrayList<>();
        answer.plan.ifPresent(plan -> warnings.addAll(plan.warnings()));
        for (String field : stream.key()) {
            if (stream.schema().field(stream.schema().indexOf(field)).isNullable()) {
                warnings.add("the key field '" + field + "' may be null: rows without it have no name of their own");
            }
        }
        answer.sample.bad().stream()
                .findFirst()
                .ifPresent(bad -> warnings.add("of the first rows, "
                        + answer.sample.bad().size() + " cannot be read: " + bad.where() + ": " + bad.why()));
        answer.failed.stream()
                .findFirst()
                .ifPresent(bad -> warnings.add(
                        "of the first rows, " + answer.failed.size() + " cannot be transformed: " + bad.why()));
        return warnings;
    }

    /** A few rows, but of a source that is sent what it reads. */
    private RowSample read(Source source, StreamSchema stream, List<Split> toRead) throws Exception {
        if (spec.factory().capabilities(spec.config()).has(Capability.RECEIVES)) {
            return RowSample.NONE;
        }
        SampleEmitter emitter = new SampleEmitter(options.rows(), masked);
        long begin = System.nanoTime();
        boolean all = true;
        try {
            for (Split split : toRead) {
                if (emitter.isFull() || !isReady(split)) {
                    all = false;
                    continue;
                }
                all &= read(source, split, stream, emitter, begin);
            }
        } finally {
            emitter.refuseAll();
        }
        return emitter.sample(all);
    }

    private boolean isReady(Split split) {
        return split.after().stream().allMatch(state::isFinished);
    }

    /** Returns whether the split was read to its end. */
    private boolean read(Source source, Split split, StreamSchema stream, SampleEmitter emitter, long begin)
            throws Exception {
        try (SplitReader reader = source.open(split, state.positionsFor(split), new Looking(stream))) {
            reading = reader;
            long left = READ_MAX.toNanos();
            while (!emitter.isFull() && left > 0) {
                Poll poll = reader.poll(emitter, WAIT);
                left = READ_MAX.toNanos() - (System.nanoTime() - begin);
                if (poll.next() == Poll.Next.END) {
                    return true;
                }
                // A reader that comes to an end has not come to it when it is idle: its first row may take a while.
                long pause = poll.pause().toNanos();
                if (pause > left) {
                    return false;
                }
                TimeUnit.NANOSECONDS.sleep(pause);
            }
            return false;
        } finally {
            reading = null;
        }
    }

    @Override
    public void cancel() {
        SplitReader reader = reading;
        if (reader != null) {
            reader.cancel();
        }
    }

    /** A reader is told to come to an end: nobody waits for what comes later. */
    private record Looking(StreamSchema stream) implements ReaderContext {
        @Override
        public boolean isBounded() {
            return true;
        }
    }
}
