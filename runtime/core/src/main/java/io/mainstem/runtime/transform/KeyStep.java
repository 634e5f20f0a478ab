package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import java.util.List;
import java.util.function.Consumer;

/** Makes the key of other fields. */
final class KeyStep extends Step {

    private static final Option<List<String>> FIELDS = Option.list("fields", Option.text("field"))
            .doc("The fields that make up the key, in order.")
            .example("[customer, id]")
            .required();
    static final StepFactory FACTORY = new StepFactory(
            "key", "Makes the key of other fields.", ConfigSpec.of(FIELDS), (config, context) -> new KeyStep(config));

    private final List<String> names;

    private KeyStep(Config config) {
        this.names = config.get(FIELDS);
    }

    @Override
    Plan plan(KnownStream known) throws Exception {
        RowPlan.Making making = RowPlan.making();
        Mistakes mistakes = new Mistakes();
        for (int i = 0; i < names.size(); i++) {
            String path = FIELDS.name() + "." + i;
            String name = names.get(i);
            mistakes.in(() -> add(making, path, known.index(path, name), known.schema()));
        }
        mistakes.throwAny();
        RowPlan keys = making.done(known.schema().name());
        StreamSchema output = StreamSchema.of(known.stream().name(), known.schema(), names);
        return new Plan() {
            @Override
            public StreamSchema output() {
                return output;
            }

            @Override
            public void row(Message message, Row row, Consumer<Message> out) throws Exception {
                out.accept(message.withKey(keys.apply(message, row)));
            }

            @Override
            public void delete(Message message, Consumer<Message> out) {
                out.accept(message.withKey(ofDelete(message, keys.schema())));
            }
        };
    }

    /** Of the key nothing is known. */
    @Override
    KnownStream behindMistake(KnownStream known) {
        return known.as(known.stream().name(), List.of());
    }

    private static void add(RowPlan.Making making, String path, int index, Schema schema) throws StepException {
        Field field = schema.field(index);
        refuseNested(path, field);
        making.add(Field.required(field.name(), field.type()), filler(field.name(), index));
    }

    private static void refuseNested(String path, Field field) throws StepException {
        Type.Kind kind = field.type().kind();
        if (kind == Type.Kind.ARRAY || kind == Type.Kind.MAP || kind == Type.Kind.STRUCT) {
            throw StepException.at(
                    path, "the field '" + field.name() + "' is a " + field.type() + ", which cannot be a key");
        }
    }

    private static RowPlan.Filler filler(String name, int from) {
        return (message, row, to, index) -> {
            if (row.isNull(from)) {
                throw new RecordProblem("field '" + name + "' is null, and a key needs a value");
            }
            to.copy(index, row, from);
        };
    }

    /** A delete has nothing but its key to make a key of. */
    private Row ofDelete(Message message, Schema schema) {
        if (!(message.key() instanceof Row key)) {
            throw new RecordProblem("a delete has no fields to make the key " + names + " of");
        }
        Row.Builder made = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            int index = key.schema().indexOf(schema.field(i).name());
            if (index < 0) {
                throw new RecordProblem(
                        "the key of a delete has no field '" + schema.field(i).name() + "'; drop deletes first with"
                                + " 'filter: operation != \"delete\"', or keep the key");
            }
            made.copy(i, key, index);
        }
        return made.build();
    }
}
