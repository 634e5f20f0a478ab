package io.mainstem.runtime.plan;

import io.mainstem.api.Message;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Sink;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.delivery.DeliveryMode;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.worker.ConnectorContext;
import io.mainstem.runtime.worker.Failure;
import io.mainstem.runtime.worker.StepsContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Asks a sink what it will do with the records of each of its topics. One thread, but for {@link #cancel}. */
final class SinkQuestion implements ConnectorThreads.Question<SinkPlan> {

    private final Pipeline pipeline;
    private final SinkSpec spec;
    private final Effect effect;
    private final LogFacts facts;
    private final List<Delivery> topics;
    private final PlanOptions options;
    private final Masked masked;
    private final List<DeliveryPlan> deliveries = new CopyOnWriteArrayList<>();
    private volatile boolean isPlannable;
    private volatile @Nullable Sink asked;

    /**
     * What is known of a topic.
     *
     * @param topic its name
     * @param starts from where the sink reads
     * @param schema the fields and the key of its records, if they can be told
     * @param rows some of its records
     */
    record Delivery(String topic, List<DeliveryPlan.Start> starts, Optional<StreamSchema> schema, RowSample rows) {}

    SinkQuestion(
            Pipeline pipeline,
            SinkSpec spec,
            Effect effect,
            List<Delivery> topics,
            LogFacts facts,
            PlanOptions options) {
        this.facts = facts;
        this.pipeline = pipeline;
        this.spec = spec;
        this.effect = effect;
        this.topics = List.copyOf(topics);
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
    public SinkPlan call() throws Exception {
        try (ConnectorContext context = connectorContext();
                Sink sink = spec.factory().create(spec.config(), context)) {
            asked = sink;
            isPlannable = sink instanceof Plannable;
            for (Delivery topic : topics) {
                ask(sink, topic);
            }
        }
        return answer(Optional.empty());
    }

    private ConnectorContext connectorContext() {
        return new ConnectorContext(
                pipeline, spec.name(), spec.factory(), options.clock(), options.secrets(), () -> {});
    }

    @Override
    public SinkPlan failed(Throwable why) {
        return answer(Optional.of(why));
    }

    private SinkPlan answer(Optional<Throwable> failure) {
        return new SinkPlan(
                spec.name(),
                spec.connector(),
                pipeline.group(spec),
                effect,
                DeliveryMode.of(spec),
                Arrays.stream(io.mainstem.api.Capability.values())
                        .filter(spec.factory().capabilities(spec.config())::has)
                        .toList(),
                deliveries,
                isPlannable,
                failure.map(masked::failure));
    }

    private void ask(Sink sink, Delivery delivery) throws InterruptedException {
        Optional<Plan> plan = Optional.empty();
        Optional<StreamSchema> schema = delivery.schema();
        Optional<Failure> failure = Optional.empty();
        List<String> warnings = new ArrayList<>();
        List<Message> rows = delivery.rows().rows();
        List<StepTrace> traces = List.of();
        try (StepsContext context = facts.steps(connectorContext(), pipeline);
                Steps steps = Steps.open(spec.transforms(), delivery.topic(), context, masked)) {
            if (schema.isPresent()) {
                StreamSchema in = schema.get();
                schema = Optional.of(steps.output(in).get(0));
                steps.apply(in, rows);
                rows = steps.out();
                traces = steps.traces();
                steps.bad().stream()
                        .findFirst()
                        .ifPresent(bad -> warnings.add(
                                "of the rows, " + steps.bad().size() + " cannot be transformed: " + bad.why()));
            }
            plan = schema.isPresent() ? plan(sink, schema.get()) : Optional.empty();
            plan.ifPresent(found -> warnings.addAll(found.warnings()));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError e) {
            failure = Optional.of(masked.failure(e));
        }
        deliveries.add(new DeliveryPlan(
                delivery.topic(),
                delivery.starts(),
                schema,
                plan,
                new RowSample(rows, delivery.rows().bad(), delivery.rows().isAll()),
                traces,
                warnings,
                failure));
    }

    private Optional<Plan> plan(Sink sink, StreamSchema schema) throws Exception {
        return sink instanceof Plannable plannable
                ? Optional.of(masked.plan(plannable.plan(schema)))
                : Optional.empty();
    }

    @Override
    public void cancel() {
        Sink sink = asked;
        if (sink != null) {
            sink.cancel();
        }
    }
}
