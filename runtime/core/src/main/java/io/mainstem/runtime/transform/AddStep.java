package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Option;
import io.mainstem.api.Schema;
import io.mainstem.runtime.expression.EvaluationException;
import io.mainstem.runtime.expression.Expression;
import java.util.Map;
import java.util.Set;

/** Adds fields whose values are those of expressions, or replaces fields by them. */
final class AddStep extends RowStep {

    private static final Option<Map<String, String>> FIELDS = Option.map("fields", Option.text("expression"))
            .doc(
                    "The fields, each with an expression. One that is there already is replaced; every expression sees the row as it was"
                            + " in front of the step.")
            .example("{total: value.quantity * value.price}")
            .required();
    static final StepFactory FACTORY = new StepFactory(
            "add",
            "Adds fields with the values of expressions, or replaces fields.",
            ConfigSpec.of(FIELDS),
            (config, context) -> new AddStep(config));

    private final Map<String, String> expressions;

    private AddStep(Config config) {
        this.expressions = config.get(FIELDS);
    }

    @Override
    RowPlan rows(KnownStream known) throws StepException {
        Schema schema = known.schema();
        StepExpressions compiler = StepExpressions.of(known);
        RowPlan.Making making = RowPlan.making();
        for (int i = 0; i < schema.size(); i++) {
            making.keep(schema, i);
        }
        Mistakes mistakes = new Mistakes();
        expressions.forEach((name, text) -> mistakes.in(() -> add(making, name, text, compiler, known)));
        mistakes.throwAny();
        return making.done(schema.name());
    }

    private static void add(
            RowPlan.Making making, String name, String text, StepExpressions compiler, KnownStream known)
            throws StepException {
        String path = FIELDS.name() + "." + name;
        Expression expression = compiler.compile(path, text);
        if (expression.type().isPresent()) {
            making.put(Field.nullable(name, expression.type().get()), filler(name, expression));
        } else {
            throw known.isSure() ? StepException.at(path, untold(text)) : StepException.unsure();
        }
    }

    private static String untold(String text) {
        return "it cannot be told which type '" + text
                + "' has; put int(...), double(...), string(...) or bool(...) around it";
    }

    @Override
    Set<String> makes() {
        return expressions.keySet();
    }

    private static RowPlan.Filler filler(String name, Expression expression) {
        return (message, row, to, index) -> {
            try {
                expression.set(message, to, index);
            } catch (EvaluationException e) {
                throw StepExpressions.problem(name, e);
            }
        };
    }
}
