package io.mainstem.runtime.plan;

import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out what pipelines will do: first what their sources read, then what that makes of the topics, then what the sinks make of
 * those. A connector that fails is told of, and does not keep the others from being asked. For one plan, on one thread.
 */
public final class Planner {

    private final List<Pipeline> pipelines;
    private final PlanOptions options;
    private final LogFacts facts;
    private final Effects effects;
    private final ConnectorThreads threads;
    private final List<Flow> flows = new ArrayList<>();
    private final Map<String, TopicPlan> topics = new LinkedHashMap<>();

    private Planner(List<Pipeline> pipelines, LogFacts facts, PlanOptions options) {
        this.pipelines = pipelines;
        this.options = options;
        this.facts = facts;
        this.effects = new Effects(options.running(), facts);
        this.threads = new ConnectorThreads(options.deadline());
    }

    /**
     * Plans.
     *
     * @param pipelines which fit together
     * @param log the log that they will run on; nothing is written to it, and it stays open
     */
    public static PlanReport plan(List<Pipeline> pipelines, Log log, PlanOptions options) throws InterruptedException {
        try (LogFacts facts = new LogFacts(log)) {
            return new Planner(List.copyOf(pipelines), facts, options).plan();
        }
    }

    private PlanReport plan() throws InterruptedException {
        Map<String, List<SourcePlan>> sources = sources();
        Map<String, List<TopicPlan>> topicsOf = new LinkedHashMap<>();
        pipelines.forEach(pipeline -> topicsOf.put(pipeline.name(), topics(pipeline)));
        Map<String, List<SinkPlan>> sinks = sinks();
        return new PlanReport(pipelines.stream()
                .map(pipeline -> new PipelinePlan(
                        pipeline.name(),
                        pipeline.file(),
                        sources.getOrDefault(pipeline.name(), List.of()),
                        topicsOf.getOrDefault(pipeline.name(), List.of()),
                        sinks.getOrDefault(pipeline.name(), List.of()),
                        gone(pipeline)))
                .toList());
    }

    private Map<String, List<SourcePlan>> sources() throws InterruptedException {
        List<String> owners = new ArrayList<>();
        List<SourceQuestion> questions = new ArrayList<>();
        for (Pipeline pipeline : pipelines) {
            for (SourceSpec source : pipeline.sources()) {
                owners.add(pipeline.name());
                questions.add(question(pipeline, source));
            }
        }
        Map<String, List<SourcePlan>> plans = new LinkedHashMap<>();
        List<SourceQuestion.Answer> answers = threads.ask(questions);
        for (int i = 0; i < answers.size(); i++) {
            flows.addAll(answers.get(i).flows());
            plans.computeIfAbsent(owners.get(i), name -> new ArrayList<>())
                    .add(answers.get(i).plan());
        }
        return plans;
    }

    private SourceQuestion question(Pipeline pipeline, SourceSpec source) {
        SourceState state = facts.state(new SourceName(pipeline.name(), source.name()));
        boolean isKnown = !state.splits().isEmpty() || !state.streams().isEmpty();
        return new SourceQuestion(pipeline, source, state, effects.of(pipeline, source, isKnown), facts, options);
    }

    /** Those that its sources write, that its sinks read, and that it says something of, unless another pipeline had them. */
    private List<TopicPlan> topics(Pipeline pipeline) {
        Map<String, TopicSpec> specs = new LinkedHashMap<>();
        for (Flow flow : flows) {
            if (isFrom(pipeline, flow)) {
                specs.put(flow.topic(), spec(flow.topic()));
            }
        }
        pipeline.topics().forEach(topic -> specs.putIfAbsent(topic.name(), spec(topic.name())));
        pipeline.sinks()
                .forEach(sink -> facts.topics().stream()
                        .filter(pipeline.selection(sink)::contains)
                        .sorted()
                        .forEach(topic -> specs.putIfAbsent(topic, spec(topic))));
        List<TopicPlan> planned = new ArrayList<>();
        specs.forEach((name, spec) -> {
            if (!topics.containsKey(name)) {
                TopicPlan plan = new TopicPlanning(facts).plan(spec, flowsInto(name));
                topics.put(name, plan);
                planned.add(plan);
            }
        });
        return planned;
    }

    private static boolean isFrom(Pipeline pipeline, Flow flow) {
        return pipeline.uses(flow.topic());
    }

    private List<Flow> flowsInto(String topic) {
        return flows.stream().filter(flow -> flow.topic().equals(topic)).toList();
    }

    /** What the pipelines say of a topic; a topic has one owner. */
    private TopicSpec spec(String topic) {
        TopicSpec defaults = TopicSpec.defaults(topic);
        return pipelines.stream()
                .flatMap(pipeline -> pipeline.topic(topic).stream())
                .filter(spec -> !spec.equals(defaults))
                .findFirst()
                .orElse(defaults);
    }

    private Map<String, List<SinkPlan>> sinks() throws InterruptedException {
        List<String> owners = new ArrayList<>();
        List<SinkQuestion> questions = new ArrayList<>();
        for (Pipeline pipeline : pipelines) {
            for (SinkSpec sink : pipeline.sinks()) {
                owners.add(pipeline.name());
                questions.add(question(pipeline, sink));
            }
        }
        Map<String, List<SinkPlan>> plans = new LinkedHashMap<>();
        List<SinkPlan> answers = threads.ask(questions);
        for (int i = 0; i < answers.size(); i++) {
            plans.computeIfAbsent(owners.get(i), name -> new ArrayList<>()).add(answers.get(i));
        }
        return plans;
    }

    private SinkQuestion question(Pipeline pipeline, SinkSpec sink) {
        Set<String> known = new HashSet<>(facts.topics());
        known.addAll(topics.keySet());
        List<SinkQuestion.Delivery> deliveries = pipeline.selection(sink).in(known).stream()
                .map(topic -> new SinkQuestion.Delivery(
                        topic,
                        facts.starts(pipeline.group(sink), topic),
                        Optional.ofNullable(topics.get(topic)).flatMap(TopicPlanning::delivered),
                        rows(topic),
                        flowsInto(topic).stream().anyMatch(Flow::comes)))
                .toList();
        return new SinkQuestion(pipeline, sink, effects.of(pipeline, sink), deliveries, facts, options);
    }

    /** What comes into a topic next; when nothing does, what came last. */
    private RowSample rows(String topic) {
        List<io.mainstem.api.Message> coming = flowsInto(topic).stream()
                .flatMap(flow -> flow.rows().stream())
                .limit(options.rows())
                .toList();
        return coming.isEmpty() ? facts.last(spec(topic), options.rows()) : new RowSample(coming, List.of(), false);
    }

    /** What is left of a pipeline as it was. */
    private List<String> gone(Pipeline pipeline) {
        Set<String> lines = new LinkedHashSet<>();
        Set<String> sources = new HashSet<>();
        pipeline.sources().forEach(source -> sources.add(source.name()));
        effects.running(pipeline).ifPresent(now -> {
            now.sources().stream()
                    .filter(source -> !sources.contains(source.name()))
                    .forEach(source -> lines.add("source '" + source.name() + "' runs and will be stopped"));
            now.sinks().stream()
                    .filter(sink -> pipeline.sinks().stream()
                            .noneMatch(each -> each.name().equals(sink.name())))
                    .forEach(sink -> lines.add("sink '" + sink.name() + "' runs and will be stopped"));
        });
        facts.sources().stream()
                .filter(name -> name.pipeline().equals(pipeline.name()) && !sources.contains(name.source()))
                .forEach(name ->
                        lines.add("the positions of source '" + name.source() + "', which is not in the file, stay"));
        Set<String> groups = new HashSet<>();
        pipeline.sinks().forEach(sink -> groups.add(pipeline.group(sink)));
        facts.groups().stream()
                .filter(group -> group.startsWith(pipeline.name() + ".") && !groups.contains(group))
                .forEach(group ->
                        lines.add("the offsets of group '" + group + "', whose sink is not in the file, stay"));
        return List.copyOf(lines);
    }
}
