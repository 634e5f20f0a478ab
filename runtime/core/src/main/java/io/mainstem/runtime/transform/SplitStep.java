package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.runtime.expression.EvaluationException;
import io.mainstem.runtime.expression.Expression;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes one record of each element of a list. */
final class SplitStep extends Step {

    /** What becomes of a record whose list has no elements. */
    enum Empty {
        DROP,
        KEEP
    }

    private static final Option<String> FIELD = Option.text("field")
            .doc("The field with the list; it is replaced by the element.")
            .example("items");
    private static final Option<String> EXPRESSION = Option.text("expression")
            .doc("Instead of 'field': an expression that gives the list.")
            .example("value.tags.split(',')");
    private static final Option<String> INTO = FieldName.option("into")
            .doc("The name of the field with the element; that of 'field' when not set.")
            .example("item");
    private static final Option<String> NUMBER = FieldName.option("number")
            .doc("A field to add, an int64, with the number of the element from 1: so that a key can tell them apart.")
            .example("line");
    private static final Option<Empty> EMPTY = Option.choice("empty", Empty.class)
            .doc(
                    "What becomes of a record whose list is null or empty: it is dropped, or kept once with null as its element.")
            .example("keep")
            .defaultValue(Empty.DROP);
    private static final Option<Type> TYPE = Option.parsed("type", Type::parse)
            .doc("The type of an element, where the expression does not tell it.")
            .example("string");
    static final StepFactory FACTORY = new StepFactory(
            "split",
            "Makes one record of each element of a list.",
            ConfigSpec.of(FIELD, EXPRESSION, INTO, NUMBER, EMPTY, TYPE).rule(SplitStep::rules),
            (config, context) -> new SplitStep(config));

    private final Optional<String> field;
    private final Optional<String> expression;
    private final String into;
    private final Optional<String> number;
    private final Empty empty;
    private final Optional<Type> type;

    private SplitStep(Config config) {
        this.field = config.find(FIELD);
        this.expression = config.find(EXPRESSION);
        this.into = config.find(INTO).or(() -> field).orElse("element");
        this.number = config.find(NUMBER);
        this.empty = config.get(EMPTY);
        this.type = config.find(TYPE);
    }

    private static List<Problem> rules(Config config) {
        if (config.isSet(FIELD) == config.isSet(EXPRESSION)) {
            return List.of(Problem.of("split needs 'field' or 'expression', and not both"));
        }
        if (config.isSet(EXPRESSION) && !config.isSet(INTO)) {
            return List.of(Problem.at(EXPRESSION, "with an expression, 'into' must name the field for the element"));
        }
        return List.of();
    }

    @Override
    Set<String> makes() {
        return number.map(name -> Set.of(into, name)).orElse(Set.of(into));
    }

    /** Gives the list of a message, or null. */
    private interface Elements {
        @Nullable
        List<?> of(Message message, Row row);
    }

    @Override
    Plan plan(KnownStream known) throws Exception {
        Schema schema = known.schema();
        Elements elements = elements(known);
        Type element = elementType(known);
        RowPlan.Making making = RowPlan.making();
        Element present = new Element();
        Field made = Field.nullable(into, element);
        RowPlan.Filler filler = (message, row, to, index) -> to.set(index, present.value);
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.field(i).name();
            if (field.filter(name::equals).isPresent()
                    && !schema.field(i).name().equals(into)) {
                making.add(made, filler);
            } else {
                making.keep(schema, i);
            }
        }
        making.put(made, filler);
        number.ifPresent(name -> making.put(
                Field.required(name, Type.INT64), (message, row, to, index) -> to.setLong(index, present.number)));
        RowPlan rows = making.done(schema.name());
        StreamSchema output = StreamSchema.of(known.stream().name(), rows.schema(), key(known, rows.schema()));
        return new Plan() {
            @Override
            public StreamSchema output() {
                return output;
            }

            @Override
            public void row(Message message, Row row, Consumer<Message> out) throws Exception {
                List<?> list = elements.of(message, row);
                if (list == null || list.isEmpty()) {
                    if (empty == Empty.KEEP) {
                        present.set(1, null);
                        out.accept(message.withValue(rows.apply(message, row)));
                    }
                    return;
                }
                for (int i = 0; i < list.size(); i++) {
                    present.set(i + 1L, list.get(i));
                    out.accept(message.withValue(rows.apply(message, row)));
                }
            }
        };
    }

    private static List<String> key(KnownStream known, Schema schema) {
        return known.stream().key().stream().allMatch(name -> schema.indexOf(name) >= 0)
                ? known.stream().key()
                : List.of();
    }

    private Elements elements(KnownStream known) throws StepException {
        if (field.isPresent()) {
            int index = known.index(FIELD.name(), field.get());
            if (known.type(field.get()).kind() != Type.Kind.ARRAY) {
                throw StepException.at(
                        FIELD.name(), "the field '" + field.get() + "' is no list, but a " + known.type(field.get()));
            }
            return (message, row) -> (List<?>) row.at(index);
        }
        Expression compiled = StepExpressions.of(known).compile(EXPRESSION.name(), expression.orElseThrow());
        Optional<Type> result = compiled.type();
        if (result.isPresent()
                && result.get().kind() != Type.Kind.ARRAY
                && result.get().kind() != Type.Kind.JSON) {
            throw StepException.at(EXPRESSION.name(), "it must give a list, and gives a " + result.get());
        }
        return (message, row) -> list(compiled, message);
    }

    private @Nullable List<?> list(Expression compiled, Message message) {
        try {
            Object value = compiled.value(message);
            if (value == null || value instanceof List<?>) {
                return (List<?>) value;
            }
            throw new RecordProblem("the expression of 'split' gives no list, but " + Conversion.shown(value));
        } catch (EvaluationException e) {
            throw StepExpressions.problem(into, e);
        }
    }

    private Type elementType(KnownStream known) throws StepException {
        if (type.isPresent()) {
            return type.get();
        }
        if (field.isPresent()) {
            return known.type(field.get()).element();
        }
        Optional<Type> result = StepExpressions.of(known)
                .compile(EXPRESSION.name(), expression.orElseThrow())
                .type();
        return result.filter(list -> list.kind() == Type.Kind.ARRAY)
                .map(Type::element)
                .orElseThrow(() -> untold(known));
    }

    private static StepException untold(KnownStream known) {
        return known.isSure()
                ? StepException.at(
                        EXPRESSION.name(), "it cannot be told which type an element has; set 'type', such as string")
                : StepException.unsure();
    }

    /** The element that a row is made for. */
    private static final class Element {
        long number;

        @Nullable
        Object value;

        void set(long newNumber, @Nullable Object newValue) {
            number = newNumber;
            value = newValue;
        }
    }
}
