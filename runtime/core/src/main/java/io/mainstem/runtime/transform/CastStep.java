package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Option;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes the types of fields, in the key, too. */
final class CastStep extends RowStep {

    private static final Option<Map<String, Type>> FIELDS = Option.map("fields", Option.parsed("type", Type::parse))
            .doc("The fields, each with its new type.")
            .example("{amount: \"decimal(10,2)\", id: int64}")
            .required();
    static final StepFactory FACTORY = new StepFactory(
            "cast",
            "Changes the types of fields; a value that does not fit makes the record bad.",
            ConfigSpec.of(FIELDS),
            (config, context) -> new CastStep(config));

    private final Map<String, Type> types;

    private CastStep(Config config) {
        this.types = config.get(FIELDS);
    }

    @Override
    RowPlan rows(KnownStream known) throws StepException {
        Mistakes mistakes = new Mistakes();
        types.keySet()
                .forEach(name -> mistakes.in(() -> known.index(FIELDS.name() + "." + name + StepProblem.KEY, name)));
        mistakes.in(() -> cast(known.schema()));
        mistakes.throwAny();
        return cast(known.schema());
    }

    @Override
    Set<String> makes() {
        return types.keySet();
    }

    @Override
    RowPlan keys(Schema key) throws StepException {
        return cast(key);
    }

    private RowPlan cast(Schema schema) throws StepException {
        RowPlan.Making making = RowPlan.making();
        Mistakes mistakes = new Mistakes();
        for (int i = 0; i < schema.size(); i++) {
            int index = i;
            mistakes.in(() -> add(making, schema, index));
        }
        mistakes.throwAny();
        return making.done(schema.name());
    }

    private void add(RowPlan.Making making, Schema schema, int index) throws StepException {
        Field field = schema.field(index);
        @Nullable Type type = types.get(field.name());
        if (type == null || type.equals(field.type())) {
            making.keep(schema, index);
            return;
        }
        Conversion conversion = Conversion.of(field.type(), type);
        if (conversion == null) {
            throw StepException.at(
                    FIELDS.name() + "." + field.name(), "a " + field.type() + " cannot be made a " + type);
        }
        making.add(withType(field, type), filler(field.name(), index, conversion));
    }

    private static Field withType(Field field, Type type) {
        Field changed = field.isNullable() ? Field.nullable(field.name(), type) : Field.required(field.name(), type);
        return changed.withDoc(field.doc());
    }

    private static RowPlan.Filler filler(String name, int from, Conversion conversion) {
        return (message, row, to, index) -> {
            if (row.isNull(from)) {
                to.setNull(index);
                return;
            }
            try {
                conversion.convert(row, from, to, index);
            } catch (IllegalArgumentException | ArithmeticException | java.time.DateTimeException e) {
                throw new RecordProblem("field '" + name + "': " + Conversion.shown(row.at(from)) + " cannot be made a "
                        + to.schema().field(index).type()
                        + (e instanceof ArithmeticException ? ", which is too small for it" : ""));
            }
        };
    }
}
