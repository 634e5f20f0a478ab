package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Gives fields other names, in the key, too. No value is copied. */
final class RenameStep extends Step {

    private static final Option<Map<String, String>> FIELDS = Option.map("fields", FieldName.option("name"))
            .doc("The fields, each with its new name.")
            .example("{cust: customer}")
            .required();
    static final StepFactory FACTORY = new StepFactory(
            "rename",
            "Gives fields other names; those of the key follow.",
            ConfigSpec.of(FIELDS),
            (config, context) -> new RenameStep(config));

    private final Map<String, String> names;
    private final IdentityHashMap<Schema, Schema> keys = new IdentityHashMap<>();

    private RenameStep(Config config) {
        this.names = config.get(FIELDS);
    }

    @Override
    Plan plan(KnownStream known) throws Exception {
        Mistakes mistakes = new Mistakes();
        names.keySet()
                .forEach(name -> mistakes.in(() -> known.index(FIELDS.name() + "." + name + StepProblem.KEY, name)));
        mistakes.throwAny();
        Schema renamed = renamed(known.schema());
        List<String> key = known.stream().key().stream().map(this::name).toList();
        StreamSchema output = StreamSchema.of(known.stream().name(), renamed, key);
        return new Plan() {
            @Override
            public StreamSchema output() {
                return output;
            }

            @Override
            public boolean keeps(List<String> fields) {
                return key.equals(fields);
            }

            @Override
            public void row(Message message, Row row, Consumer<Message> out) throws StepException {
                out.accept(withKey(message.withValue(row.as(renamed))));
            }

            @Override
            public void delete(Message message, Consumer<Message> out) throws StepException {
                out.accept(withKey(message));
            }
        };
    }

    @Override
    Set<String> makes() {
        return Set.copyOf(names.values());
    }

    private String name(String field) {
        return names.getOrDefault(field, field);
    }

    private Schema renamed(Schema schema) throws StepException {
        List<Field> fields = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Field field : schema.fields()) {
            String name = name(field.name());
            if (!taken.add(name)) {
                throw StepException.at(
                        FIELDS.name() + "." + field.name(), "there are two fields named '" + name + "' then");
            }
            fields.add(field.withName(name));
        }
        return Schema.of(schema.name(), fields);
    }

    private Message withKey(Message message) throws StepException {
        if (!(message.key() instanceof Row row)) {
            return message;
        }
        Schema renamed = keys.get(row.schema());
        if (renamed == null) {
            renamed = renamed(row.schema());
            if (keys.size() > 100) {
                keys.clear();
            }
            keys.put(row.schema(), renamed);
        }
        return message.withKey(row.as(renamed));
    }
}
