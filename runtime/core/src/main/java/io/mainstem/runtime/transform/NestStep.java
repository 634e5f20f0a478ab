package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Option;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.List;
import java.util.Set;

/** Puts fields into a nested row. */
final class NestStep extends RowStep {

    private static final Option<String> INTO = FieldName.option("into")
            .doc("The name of the field that will hold them.")
            .example("address")
            .required();
    private static final Option<List<String>> FIELDS = Option.list("fields", Option.text("field"))
            .doc("The fields to put into it, under their own names.")
            .example("[street, city]")
            .required();
    static final StepFactory FACTORY = new StepFactory(
            "nest",
            "Puts fields into a nested row.",
            ConfigSpec.of(INTO, FIELDS),
            (config, context) -> new NestStep(config));

    private final String into;
    private final List<String> names;

    private NestStep(Config config) {
        this.into = config.get(INTO);
        this.names = config.get(FIELDS);
    }

    @Override
    RowPlan rows(KnownStream known) throws StepException {
        Schema schema = known.schema();
        RowPlan.Making inner = RowPlan.making();
        Mistakes mistakes = new Mistakes();
        for (int i = 0; i < names.size(); i++) {
            String path = FIELDS.name() + "." + i;
            String name = names.get(i);
            mistakes.in(() -> inner.keep(schema, index(path, name, known)));
        }
        mistakes.in(() -> refuseTaken(schema));
        mistakes.throwAny();
        RowPlan nested = inner.done(into);
        RowPlan.Making outer = RowPlan.making();
        for (int i = 0; i < schema.size(); i++) {
            if (!names.contains(schema.field(i).name())) {
                outer.keep(schema, i);
            }
        }
        outer.add(
                Field.required(into, Type.struct(nested.schema())),
                (message, row, to, index) -> to.set(index, nested.apply(message, row)));
        return outer.done(schema.name());
    }

    private static int index(String path, String name, KnownStream known) throws StepException {
        if (known.stream().key().contains(name)) {
            throw StepException.at(path, "the field '" + name + "' is part of the key, and stays where it is");
        }
        return known.index(path, name);
    }

    private void refuseTaken(Schema schema) throws StepException {
        if (schema.indexOf(into) >= 0 && !names.contains(into)) {
            throw StepException.at(INTO.name(), "there is a field '" + into + "' already");
        }
    }

    @Override
    Set<String> makes() {
        return Set.of(into);
    }
}
