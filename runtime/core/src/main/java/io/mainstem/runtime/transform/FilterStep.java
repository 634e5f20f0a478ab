package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.runtime.expression.Expression;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps the messages of which an expression is true. */
final class FilterStep extends Step {

    private static final Option<String> WHERE = Option.text("where")
            .doc("An expression that is true for messages to keep. One that looks at 'value' lets deletes pass.")
            .example("value.amount > 0")
            .required();
    static final StepFactory FACTORY = new StepFactory(
            "filter",
            "Keeps messages for which an expression is true, and drops the others.",
            ConfigSpec.of(WHERE),
            (config, context) -> new FilterStep(config));

    private final String where;

    private FilterStep(Config config) {
        this.where = config.get(WHERE);
    }

    @Override
    Plan plan(KnownStream known) throws Exception {
        Expression condition = StepExpressions.of(known).compile(WHERE.name(), where);
        Optional<Type> type = condition.type();
        if (type.isPresent() && !type.get().equals(Type.BOOLEAN)) {
            throw StepException.at(WHERE.name(), "a filter must be true or false, and this is " + type.get());
        }
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
                if (condition.test(message)) {
                    out.accept(message);
                }
            }

            @Override
            public void delete(Message message, Consumer<Message> out) {
                if (condition.usesValue() || condition.test(message)) {
                    out.accept(message);
                }
            }
        };
    }
}
