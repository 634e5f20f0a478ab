package io.mainstem.runtime.plan;

import io.mainstem.api.Message;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Row;
import io.mainstem.api.Sink;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.delivery.DeliveryMode;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.worker.ConnectorContext;
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
     * @param comes whether a source has more for it
     */
    record Delivery(
            String topic,
            List<DeliveryPlan.Start> starts,
            Optional<StreamSchema> schema,
            RowSample rows,
            boolean comes) {

        /** Whether there is something to be read now. */
        boolean isAwaited() {
            return comes || starts.stream().anyMatch(start -> start.from() < start.end());
        }
    }

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
        try {
            Behind behind = behind(delivery);
            for (StreamSchema output : behind.outputs()) {
                ask(sink, delivery, output, behind);
            }
            if (behind.outputs().isEmpty()) {
                deliveries.add(answer(delivery, Optional.empty(), behind, Optional.empty(), Optional.empty()));
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError e) {
            deliveries.add(answer(
                    delivery,
                    delivery.schema(),
                    new Behind(List.of(), delivery.rows().rows(), List.of(), List.of()),
                    Optional.empty(),
                    Optional.of(e)));
        }
    }

    /**
     * What is behind the steps of a topic.
     *
     * @param outputs the streams, each under the name of the topic, which is what a sink knows; none when no record tells any
     * @param rows the rows of all of them
     */
    private record Behind(
            List<StreamSchema> outputs, List<Message> rows, List<StepTrace> traces, List<String> warnings) {

        /** The rows of one of the streams. */
        List<Message> rows(StreamSchema output) {
            return outputs.size() < 2
                    ? rows
                    : rows.stream().filter(row -> isOf(row, output)).toList();
        }

        private boolean isOf(Message row, StreamSchema output) {
            return row.value() instanceof Row value
                    ? value.schema().equals(output.schema())
                    : output.equals(outputs.get(0));
        }
    }

    private Behind behind(Delivery delivery) throws Exception {
        if (delivery.schema().isEmpty()) {
            return new Behind(List.of(), delivery.rows().rows(), List.of(), List.of());
        }
        StreamSchema in = delivery.schema().get();
        try (StepsContext context = facts.steps(connectorContext(), pipeline);
                Steps steps = Steps.open(spec.transforms(), delivery.topic(), context, masked)) {
            List<StreamSchema> outputs = steps.output(in).stream()
                    .map(output -> StreamSchema.of(delivery.topic(), output.schema(), output.key()))
                    .toList();
            steps.apply(in, delivery.rows().rows());
            List<String> warnings = steps.bad().stream()
                    .limit(1)
                    .map(bad -> "of the rows, " + steps.bad().size() + " cannot be transformed: " + bad.why())
                    .toList();
            return new Behind(outputs, List.copyOf(steps.out()), steps.traces(), warnings);
        }
    }

    private void ask(Sink sink, Delivery delivery, StreamSchema output, Behind behind) throws InterruptedException {
        Optional<Plan> plan = Optional.empty();
        Optional<Throwable> failure = Optional.empty();
        try {
            plan = plan(sink, output);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError e) {
            failure = Optional.of(e);
        }
        deliveries.add(answer(delivery, Optional.of(output), behind, plan, failure));
    }

    private DeliveryPlan answer(
            Delivery delivery,
            Optional<StreamSchema> schema,
            Behind behind,
            Optional<Plan> plan,
            Optional<Throwable> failure) {
        List<String> warnings = new ArrayList<>(behind.warnings());
        plan.ifPresent(found -> warnings.addAll(found.warnings()));
        List<Message> rows = schema.map(behind::rows).orElse(behind.rows());
        return new DeliveryPlan(
                delivery.topic(),
                delivery.starts(),
                schema,
                plan,
                new RowSample(rows, delivery.rows().bad(), delivery.rows().isAll()),
                delivery.isAwaited(),
                behind.traces(),
                warnings,
                failure.map(masked::failure));
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
