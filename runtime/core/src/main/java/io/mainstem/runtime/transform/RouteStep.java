package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Transform;
import io.mainstem.runtime.expression.EvaluationException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Chooses the topic of each message of a source. */
final class RouteStep extends Step {

    /** The step's name, which is none of a sink's. */
    static final String NAME = "route";

    private static final Option<String> TOPIC = Option.text("topic")
            .doc("The name of the topic, with expressions in braces.")
            .example("\"orders.{value.country}\"")
            .required();
    static final StepFactory FACTORY = new StepFactory(
            NAME,
            "Chooses the topic of each message; for sources only.",
            ConfigSpec.of(TOPIC),
            (config, context) -> new RouteStep(config));

    private final String topic;

    private RouteStep(Config config) {
        this.topic = config.get(TOPIC);
    }

    @Override
    Plan plan(KnownStream known) throws Exception {
        Template template = Template.of(TOPIC.name(), topic, StepExpressions.of(known));
        StepException.checkTopic(TOPIC.name(), topic, template.sample());
        return new Plan() {
            @Override
            public StreamSchema output() {
                return known.stream();
            }

            @Override
            public void row(Message message, Row row, Consumer<Message> out) {
                out.accept(routed(message, template));
            }

            @Override
            public void delete(Message message, Consumer<Message> out) {
                if (template.usesValue()) {
                    throw new RecordProblem(
                            "a delete has no value, which its topic depends on; use 'key' in the template");
                }
                out.accept(routed(message, template));
            }
        };
    }

    /** The template of a step. */
    static String topic(Config config) {
        return config.get(TOPIC);
    }

    private static Message routed(Message message, Template template) {
        try {
            return HeadersStep.with(
                    message,
                    List.of(new Header(
                            Transform.TOPIC_HEADER, template.text(message).getBytes(StandardCharsets.UTF_8))));
        } catch (EvaluationException e) {
            throw StepExpressions.problem(TOPIC.name(), e);
        }
    }
}
