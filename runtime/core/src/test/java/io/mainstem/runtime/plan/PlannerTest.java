package io.mainstem.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Plan;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Transform;
import io.mainstem.api.TransformFactory;
import io.mainstem.api.Type;
import io.mainstem.log.Log;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.Batch;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.plan.PlannedConnectors.Tables;
import io.mainstem.runtime.plan.PlannedConnectors.Target;
import io.mainstem.runtime.plan.SchemaPlan.Fate;
import io.mainstem.runtime.transform.BuiltIns;
import io.mainstem.runtime.transform.StepPlaces;
import io.mainstem.runtime.transform.StepSpec;
import io.mainstem.runtime.worker.Failure;
import io.mainstem.runtime.worker.Worker;
import io.mainstem.runtime.worker.WorkerOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a plan finds out: before the first run, after it, and when something is otherwise. */
@Timeout(60)
final class PlannerTest {

    private static final Config NONE = Config.of(Map.of());
    private static final Secrets SECRETS = Secrets.of(List.of("hunter2"));

    @TempDir
    Path folder;

    private final Target target = new Target();

    private Log look() {
        return EmbeddedLog.look(folder.resolve("data"));
    }

    private PlanReport plan(Pipeline... pipelines) throws InterruptedException {
        try (Log log = look()) {
            return Planner.plan(List.of(pipelines), log, PlanOptions.of(Clock.systemUTC(), SECRETS));
        }
    }

    /** Runs pipelines to their end. */
    private void run(Pipeline... pipelines) throws InterruptedException {
        try (Log log = EmbeddedLog.open(folder.resolve("data"), EmbeddedLogOptions.defaults());
                Worker worker = Worker.start(
                        log,
                        List.of(pipelines),
                        WorkerOptions.of(SECRETS, Clock.systemUTC(), new Random(1))
                                .once())) {
            assertThat(worker.await(Duration.ofSeconds(30))).isTrue();
        }
    }

    private Pipeline pipeline(Tables source, TopicSpec... topics) {
        List<TopicSpec> declared = List.of(topics);
        return pipeline(
                List.of(new SourceSpec(
                        "shop",
                        "tables",
                        source,
                        NONE,
                        SourceSpec.DEFAULT_TOPIC,
                        ScheduleSpec.once(),
                        FailurePolicy.DEFAULT)),
                declared,
                "p.orders");
    }

    private Pipeline pipeline(List<SourceSpec> sources, List<TopicSpec> topics, String... read) {
        return new Pipeline(
                "p",
                folder.resolve("p.yaml"),
                sources,
                topics,
                List.of(new SinkSpec("out", "target", target, NONE, List.of(read), FailurePolicy.DEFAULT)));
    }

    @Test
    void aSourceThatIsSentWhatItReadsIsPlannedWithoutAReader() throws Exception {
        Tables source = new Tables("orders");
        source.receives = true;
        PlanReport report = plan(pipeline(source));

        SourcePlan shop = report.pipelines().get(0).sources().get(0);
        assertThat(source.opened).hasValue(0);
        assertThat(shop.streams()).singleElement().satisfies(stream -> {
            assertThat(stream.sample().rows()).isEmpty();
            assertThat(stream.plan()).isPresent();
            assertThat(stream.failure()).isEmpty();
        });
        assertThat(report.pipelines().get(0).topics())
                .extracting(TopicPlan::name)
                .containsExactly("p.orders");
    }

    @Test
    void aFirstPlanShowsWhatWillBeMade() throws Exception {
        Tables source = new Tables("orders", "customers");
        PlanReport report = plan(pipeline(source));

        PipelinePlan plan = report.pipelines().get(0);
        SourcePlan shop = plan.sources().get(0);
        assertThat(shop.effect()).isEqualTo(Effect.BEGINS);
        assertThat(shop.streams()).extracting(stream -> stream.schema().name()).containsExactly("orders", "customers");
        assertThat(shop.streams()).allSatisfy(stream -> {
            assertThat(stream.sample().rows()).hasSize(3);
            assertThat(stream.sample().isAll()).isTrue();
            assertThat(stream.failure()).isEmpty();
        });
        assertThat(plan.topics()).extracting(TopicPlan::name).containsExactly("p.orders", "p.customers");
        assertThat(plan.topics()).allSatisfy(topic -> {
            assertThat(topic.change()).isEqualTo(Plan.Change.CREATE);
            assertThat(topic.key()).contains(List.of("id"));
            assertThat(topic.schema().orElseThrow().fate()).isEqualTo(Fate.NEW);
        });
        SinkPlan out = plan.sinks().get(0);
        assertThat(out.effect()).isEqualTo(Effect.BEGINS);
        assertThat(out.deliveries().get(0).plan().orElseThrow().change()).isEqualTo(Plan.Change.CREATE);
        assertThat(out.deliveries().get(0).sample().rows()).hasSize(3);
        assertThat(report.count(Plan.Change.CREATE)).isEqualTo(3);
        assertThat(report.isUnchanged()).isFalse();
        assertThat(report.failures()).isZero();
        assertThat(source.closed).hasValue(source.opened.get());
        assertThat(target.assigned).hasValue(0);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void afterARunThereIsNothingToDo() throws Exception {
        Pipeline pipeline = pipeline(new Tables("orders"));
        run(pipeline);

        PlanReport report = plan(pipeline);

        assertThat(report.isUnchanged()).isTrue();
        PipelinePlan plan = report.pipelines().get(0);
        assertThat(plan.sources().get(0)).satisfies(shop -> {
            assertThat(shop.effect()).isEqualTo(Effect.CONTINUES);
            assertThat(shop.splits()).isZero();
            assertThat(shop.finished()).isEqualTo(1);
        });
        assertThat(plan.sinks().get(0).deliveries().get(0)).satisfies(delivery -> {
            assertThat(delivery.lag()).isZero();
            assertThat(delivery.starts().get(0).isCommitted()).isTrue();
            assertThat(delivery.sample().rows()).as("from the topic").hasSize(3);
        });
    }

    private SinkSpec out(List<StepSpec> steps, String... topics) {
        return new SinkSpec(
                "out", "target", target, NONE, List.of(topics), steps, Batch.OF_SINK, FailurePolicy.DEFAULT);
    }

    private Pipeline with(SinkSpec sink, String... tables) {
        return new Pipeline(
                "p", folder.resolve("p.yaml"), List.of(source("shop", new Tables(tables))), List.of(), List.of(sink));
    }

    private static StepSpec step(String name, Map<String, ?> options) {
        TransformFactory factory = BuiltIns.find(name).orElseThrow();
        return new StepSpec(factory, Config.parse(factory.config(), options), List.of(), StepPlaces.NONE);
    }

    @Test
    void aTableForWhichNoRowIsLeftIsNoChangeAfterARun() throws Exception {
        target.makesWithTheFirstRow = true;
        Pipeline none = with(out(List.of(step("filter", Map.of("where", "value.id > 100"))), "p.orders"), "orders");
        assertThat(plan(none).count(Plan.Change.CREATE))
                .as("the topic, and the table")
                .isEqualTo(2);
        run(none);

        PlanReport after = plan(none);

        assertThat(after.isUnchanged()).isTrue();
        assertThat(delivery(after, 0).plan().orElseThrow().change()).isEqualTo(Plan.Change.CREATE);
        assertThat(delivery(after, 0).isPutOff()).isTrue();

        Pipeline some = with(out(List.of(), "p.orders"), "orders", "more");
        PlanReport more = plan(some);
        assertThat(delivery(more, 0).isPutOff()).as("rows would be left").isFalse();
        assertThat(more.isUnchanged()).isFalse();
    }

    private static DeliveryPlan delivery(PlanReport report, int number) {
        return report.pipelines().get(0).sinks().get(0).deliveries().get(number);
    }

    @Test
    void oneTableOfSeveralTopicsIsMadeOnce() throws Exception {
        target.table = "all";
        PlanReport report = plan(with(out(List.of(), "p.orders", "p.customers"), "orders", "customers"));

        assertThat(report.pipelines().get(0).sinks().get(0).deliveries()).hasSize(2);
        assertThat(report.count(Plan.Change.CREATE))
                .as("two topics and a table")
                .isEqualTo(3);
    }

    @Test
    void aStepForAStreamThatThereIsNotIsSaid() throws Exception {
        StepSpec filter = step("filter", Map.of("where", "value.id > 100"));
        StepSpec limited = new StepSpec(filter.factory(), filter.config(), List.of("odrers"), problem -> "p.yaml:9:7");
        SourceSpec shop = new SourceSpec(
                "shop",
                "tables",
                new Tables("orders"),
                NONE,
                SourceSpec.DEFAULT_TOPIC,
                List.of(limited),
                ScheduleSpec.once(),
                Batch.OF_SOURCE,
                FailurePolicy.DEFAULT);

        SourcePlan plan = plan(pipeline(List.of(shop), List.of(), "p.orders"))
                .pipelines()
                .get(0)
                .sources()
                .get(0);

        assertThat(plan.failure().orElseThrow().toString())
                .contains("p.yaml:9:7: the source has no stream 'odrers'", "did you mean 'orders'?");
        assertThat(plan.streams()).as("what it has all the same").hasSize(1);
    }

    @Test
    void everyStreamThatComesBehindTheStepsIsAskedFor() throws Exception {
        PlanReport report = plan(with(
                out(List.of(new StepSpec(new Halves(), NONE, List.of(), StepPlaces.NONE)), "p.orders"), "orders"));

        assertThat(report.pipelines().get(0).sinks().get(0).deliveries()).hasSize(2);
        assertThat(delivery(report, 0).plan().orElseThrow().columns())
                .extracting(Plan.Column::field)
                .containsExactly("id");
        assertThat(delivery(report, 1).plan().orElseThrow().columns())
                .extracting(Plan.Column::field)
                .containsExactly("name");
        assertThat(delivery(report, 0).sample().rows())
                .hasSize(3)
                .allSatisfy(row -> assertThat(row.value())
                        .hasToString(row.value().toString())
                        .extracting(value -> ((Row) value).schema().size())
                        .isEqualTo(1));
        assertThat(delivery(report, 1).sample().rows()).hasSize(3);
        assertThat(report.count(Plan.Change.CREATE))
                .as("the topic and the table")
                .isEqualTo(2);
    }

    /** Makes two rows of each: one with the id, one with the name. */
    private static final class Halves implements TransformFactory {
        private static final Schema LEFT = Schema.of("left", Field.required("id", Type.INT64));
        private static final Schema RIGHT = Schema.of("right", Field.nullable("name", Type.STRING));

        @Override
        public String name() {
            return "halves";
        }

        @Override
        public String summary() {
            return "Halves rows.";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Transform create(Config config, Context context) {
            return new Transform() {
                @Override
                public List<StreamSchema> output(StreamSchema in) {
                    return List.of(
                            StreamSchema.of("left", LEFT, List.of("id")), StreamSchema.of("right", RIGHT, List.of()));
                }

                @Override
                public void apply(Message in, Consumer<Message> out) {
                    Row row = (Row) in.value();
                    out.accept(in.withValue(Row.of(LEFT, row.longAt(0))));
                    out.accept(in.withValue(Row.of(RIGHT, row.at(1))));
                }
            };
        }
    }

    @Test
    void aRowForWhichAStepChoosesATopicThatCannotBeIsBad() throws Exception {
        SourceSpec shop = new SourceSpec(
                "shop",
                "tables",
                new Tables("orders"),
                NONE,
                SourceSpec.DEFAULT_TOPIC,
                List.of(step("route", Map.of("topic", "{value.name}"))),
                ScheduleSpec.once(),
                Batch.OF_SOURCE,
                FailurePolicy.DEFAULT);
        PlanReport report = plan(pipeline(List.of(shop), List.of(), "p.orders"));

        assertThat(report.pipelines().get(0).sources().get(0).streams().get(0).warnings())
                .singleElement()
                .asString()
                .contains("3 cannot be transformed", "the topic 'row 1' that a step chose must have 1 to 249 letters");
    }

    @Test
    void aSinkThatIsAddedLaterIsPlannedFromTheTopicAlone() throws Exception {
        run(pipeline(new Tables("orders")));

        PlanReport report = plan(new Pipeline(
                "q",
                folder.resolve("q.yaml"),
                List.of(),
                List.of(TopicSpec.defaults("p.orders")),
                List.of(new SinkSpec(
                        "late", "target", new Target(), NONE, List.of("p.orders"), FailurePolicy.DEFAULT))));

        DeliveryPlan delivery =
                report.pipelines().get(0).sinks().get(0).deliveries().get(0);
        assertThat(delivery.schema().orElseThrow().key()).containsExactly("id");
        assertThat(delivery.sample().rows()).hasSize(3);
        assertThat(delivery.starts().get(0).from()).isZero();
        assertThat(delivery.lag()).isPositive();
        assertThat(report.count(Plan.Change.CREATE)).isEqualTo(1);
    }

    @Test
    void aSchemaThatMayChangeAndOneThatMayNotAreToldApart() throws Exception {
        run(pipeline(new Tables("orders")));

        Tables wider = new Tables("orders")
                .with(
                        Field.required("id", Type.INT64),
                        Field.nullable("name", Type.STRING),
                        Field.nullable("note", Type.STRING));
        SchemaPlan changed = topic(plan(pipeline(wider))).schema().orElseThrow();
        assertThat(changed.fate()).isEqualTo(Fate.CHANGES);
        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.differences()).containsExactly("+ note string");

        Tables other = new Tables("orders").with(Field.required("id", Type.INT64), Field.nullable("name", Type.DATE));
        PlanReport report = plan(pipeline(other));
        SchemaPlan refused = topic(report).schema().orElseThrow();
        assertThat(refused.fate()).isEqualTo(Fate.REFUSED);
        assertThat(refused.problems()).hasSize(1).first().asString().contains("from string to date");
        assertThat(report.failures()).as("the source will stop").isEqualTo(1);
    }

    private static TopicPlan topic(PlanReport report) {
        return report.pipelines().get(0).topics().get(0);
    }

    @Test
    void settingsThatWillChangeAndPartitionsThatCannotAreShown() throws Exception {
        run(pipeline(new Tables("orders")));
        TopicSettings week = TopicSettings.defaults().toBuilder()
                .retentionMillis(604_800_000)
                .build();

        TopicPlan altered = topic(
                plan(pipeline(new Tables("orders"), new TopicSpec("p.orders", 1, List.of(), CodecKind.AVRO, week))));
        assertThat(altered.change()).isEqualTo(Plan.Change.ALTER);
        assertThat(altered.settings()).containsExactly(new TopicPlan.Setting("retention", "unlimited", "7d"));

        PlanReport more = plan(pipeline(
                new Tables("orders"),
                new TopicSpec("p.orders", 4, List.of(), CodecKind.AVRO, TopicSettings.defaults())));
        assertThat(topic(more).failure().orElseThrow().message())
                .contains("has 1 partition(s), and the pipeline says 4");
        assertThat(more.failures()).isEqualTo(1);
    }

    @Test
    void aConnectorThatFailsOrHangsDoesNotKeepTheOthersBack() throws Exception {
        Tables broken = new Tables("secret");
        broken.fails = true;
        Target hanging = new Target();
        hanging.hangs = true;
        Pipeline pipeline = new Pipeline(
                "p",
                folder.resolve("p.yaml"),
                List.of(source("broken", broken), source("shop", new Tables("orders"))),
                List.of(),
                List.of(
                        new SinkSpec("hung", "target", hanging, NONE, List.of("p.orders"), FailurePolicy.DEFAULT),
                        new SinkSpec("out", "target", target, NONE, List.of("p.orders"), FailurePolicy.DEFAULT)));

        PlanReport report;
        try (Log log = look()) {
            PlanOptions options = PlanOptions.of(Clock.systemUTC(), SECRETS).withDeadline(Duration.ofSeconds(2));
            report = Planner.plan(List.of(pipeline), log, options);
        }

        PipelinePlan plan = report.pipelines().get(0);
        Failure failure = plan.sources().get(0).failure().orElseThrow();
        assertThat(failure.message()).contains("*** was refused").doesNotContain("hunter2");
        assertThat(plan.sources().get(1).failure()).isEmpty();
        assertThat(plan.sinks().get(0).failure().orElseThrow().message()).contains("within 2 seconds");
        assertThat(plan.sinks().get(1).deliveries().get(0).plan()).isPresent();
        assertThat(report.failures()).isEqualTo(2);
    }

    private static SourceSpec source(String name, Tables tables) {
        return new SourceSpec(
                name, "tables", tables, NONE, SourceSpec.DEFAULT_TOPIC, ScheduleSpec.once(), FailurePolicy.DEFAULT);
    }

    @Test
    void whatConnectorsSayIsMasked() throws Exception {
        StreamPlan stream = plan(pipeline(new Tables("orders")))
                .pipelines()
                .get(0)
                .sources()
                .get(0)
                .streams()
                .get(0);
        assertThat(stream.plan().orElseThrow().requests())
                .containsExactly(new Plan.Request("read", "SELECT * FROM orders /* *** */"));
    }

    @Test
    void whatRunsIsComparedWithWhatIsPlanned() throws Exception {
        Pipeline running = pipeline(new Tables("orders"));
        SinkSpec sink = running.sinks().get(0);
        SourceSpec changed = new SourceSpec(
                "shop",
                "tables",
                running.sources().get(0).factory(),
                NONE,
                SourceSpec.DEFAULT_TOPIC,
                ScheduleSpec.continuous(),
                FailurePolicy.DEFAULT);
        Pipeline planned =
                new Pipeline("p", running.file(), List.of(changed), running.topics(), List.of(sink, renamed(sink)));
        Pipeline without = new Pipeline("p", running.file(), running.sources(), running.topics(), List.of());
        try (Log log = look()) {
            PlanOptions options = PlanOptions.of(Clock.systemUTC(), SECRETS).withRunning(List.of(running));
            PipelinePlan plan =
                    Planner.plan(List.of(planned), log, options).pipelines().get(0);
            assertThat(plan.sources().get(0).effect()).isEqualTo(Effect.RESTARTS);
            assertThat(plan.sinks()).extracting(SinkPlan::effect).containsExactly(Effect.RUNS, Effect.BEGINS);
            assertThat(Planner.plan(List.of(without), log, options)
                            .pipelines()
                            .get(0)
                            .gone())
                    .containsExactly("sink 'out' runs and will be stopped");
        }
    }

    private static SinkSpec renamed(SinkSpec sink) {
        return new SinkSpec("more", sink.connector(), sink.factory(), NONE, sink.topics(), FailurePolicy.DEFAULT);
    }

    @Test
    void whatTheFileHasNoMoreIsNamed() throws Exception {
        run(pipeline(new Tables("orders")));
        Pipeline other = new Pipeline(
                "p", folder.resolve("p.yaml"), List.of(source("store", new Tables("orders"))), List.of(), List.of());
        assertThat(plan(other).pipelines().get(0).gone())
                .containsExactly(
                        "the positions of source 'shop', which is not in the file, stay",
                        "the offsets of group 'p.out', whose sink is not in the file, stay");
    }

    @Test
    void aHundredTablesArePlannedInOrder() throws Exception {
        String[] names = new String[100];
        Arrays.setAll(names, i -> "table" + i);
        PlanReport report = plan(pipeline(new Tables(names)));
        assertThat(report.pipelines().get(0).sources().get(0).streams()).hasSize(100);
        assertThat(report.pipelines().get(0).topics()).hasSize(100);
    }
}
