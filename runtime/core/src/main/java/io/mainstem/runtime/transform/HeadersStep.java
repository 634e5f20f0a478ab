package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.expression.EvaluationException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Sets headers. */
final class HeadersStep extends Step {

    private static final String RESERVED = "mainstem.";

    private static final Option<Map<String, String>> HEADERS = Option.map("headers", Option.text("text"))
            .doc(
                    "The headers, each with its text, in which expressions may stand in braces. One that is there is replaced.")
            .example("{country: \"{value.country}\"}")
            .required();
    static final StepFactory FACTORY = new StepFactory(
            "headers",
            "Sets headers of messages.",
            ConfigSpec.of(HEADERS),
            (config, context) -> new HeadersStep(config));

    private final Map<String, String> texts;

    private HeadersStep(Config config) {
        this.texts = config.get(HEADERS);
    }

    private static Template template(String name, String text, StepExpressions expressions) throws StepException {
        String path = HEADERS.name() + "." + name;
        if (name.startsWith(RESERVED)) {
            throw StepException.at(path, "headers that begin with '" + RESERVED + "' are Mainstem's own");
        }
        return Template.of(path, text, expressions);
    }

    @Override
    Plan plan(KnownStream known) throws Exception {
        StepExpressions expressions = StepExpressions.of(known);
        Map<String, Template> templates = new LinkedHashMap<>();
        Mistakes mistakes = new Mistakes();
        texts.forEach((name, text) -> mistakes.in(() -> templates.put(name, template(name, text, expressions))));
        mistakes.throwAny();
        return new Plan() {
            @Override
            public StreamSchema output() {
                return known.stream();
            }

            @Override
            public boolean keeps(List<String> key) {
                return true;
            }

            @Override
            public void row(Message message, Row row, Consumer<Message> out) {
                out.accept(with(message, headers(message, templates)));
            }

            /** Those that need a value are not set. */
            @Override
            public void delete(Message message, Consumer<Message> out) {
                Map<String, Template> possible = new LinkedHashMap<>(templates);
                possible.values().removeIf(Template::usesValue);
                out.accept(with(message, headers(message, possible)));
            }
        };
    }

    private static List<Header> headers(Message message, Map<String, Template> templates) {
        List<Header> headers = new ArrayList<>();
        templates.forEach((name, template) -> {
            try {
                headers.add(new Header(name, template.text(message).getBytes(StandardCharsets.UTF_8)));
            } catch (EvaluationException e) {
                throw new RecordProblem("header '" + name + "': " + e.getMessage());
            }
        });
        return headers;
    }

    /** A message with more headers, in the place of those of the same names. */
    static Message with(Message message, List<Header> added) {
        List<Header> all = new ArrayList<>(message.headers());
        all.removeIf(present -> added.stream().anyMatch(header -> header.name().equals(present.name())));
        all.addAll(added);
        return message.withHeaders(all);
    }
}
