package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Adds fields of the last record that a topic has of a key. */
final class LookupStep extends Step {

    /** What becomes of a record that finds nothing. */
    enum Missing {
        NULL,
        DROP,
        BAD
    }

    private static final Option<String> TOPIC = Option.text("topic")
            .doc("The topic to look into, whose records have keys; a compacted one is best.")
            .example("customers")
            .required();
    private static final Option<List<String>> BY = Option.list("by", Option.text("field"))
            .doc("The fields whose values are the key there, in the order of that key's fields.")
            .example("[customer_id]")
            .required();
    private static final Option<Map<String, String>> FIELDS = Option.map("fields", Option.text("field"))
            .doc("The fields to add, each with the name that it has there.")
            .example("{customer_name: name}")
            .required();
    private static final Option<Missing> MISSING = Option.choice("missing", Missing.class)
            .doc("When there is no record of the key: the fields are null, or the record is dropped, or bad.")
            .example("bad")
            .defaultValue(Missing.NULL);
    private static final Option<Long> MOST = Option.integer("max-rows", 1, 100_000_000)
            .doc("The most rows that are kept in memory; with more, it stops.")
            .example("1000000")
            .defaultValue(1_000_000L);
    static final StepFactory FACTORY = new StepFactory(
            "lookup",
            "Adds fields of the last record that a topic has of a key.",
            ConfigSpec.of(TOPIC, BY, FIELDS, MISSING, MOST),
            LookupStep::new);

    private final String topic;
    private final List<String> by;
    private final Map<String, String> fields;
    private final Missing missing;
    private final long most;
    private final StepContext context;
    private final IdentityHashMap<Schema, int[]> places = new IdentityHashMap<>();

    private LookupStep(Config config, StepContext context) {
        this.topic = config.get(TOPIC);
        this.by = config.get(BY);
        this.fields = config.get(FIELDS);
        this.missing = config.get(MISSING);
        this.most = config.get(MOST);
        this.context = context;
    }

    @Override
    Plan plan(KnownStream known) throws Exception {
        StepException.checkTopic(TOPIC.name(), topic, topic);
        known.indexes(BY.name(), by);
        KeyText key = KeyText.of(BY.name(), known.schema(), by);
        Table table = context.table(topic, most);
        Schema there = schema(table);
        Found found = new Found();
        RowPlan.Making making = RowPlan.making();
        for (int i = 0; i < known.schema().size(); i++) {
            making.keep(known.schema(), i);
        }
        Mistakes mistakes = new Mistakes();
        int number = 0;
        for (Map.Entry<String, String> entry : fields.entrySet()) {
            RowPlan.Filler filler = found.filler(number++);
            mistakes.in(() -> making.put(added(entry.getKey(), entry.getValue(), there), filler));
        }
        mistakes.throwAny();
        RowPlan rows = making.done(known.schema().name());
        StreamSchema output = StreamSchema.of(
                known.stream().name(), rows.schema(), known.stream().key());
        return new Plan() {
            @Override
            public StreamSchema output() {
                return output;
            }

            @Override
            public void row(Message message, Row row, Consumer<Message> out) throws Exception {
                Row match = hasKey(row) ? table.find(key.of(row)) : null;
                if (match == null && missing == Missing.DROP) {
                    return;
                }
                if (match == null && missing == Missing.BAD) {
                    throw new RecordProblem("topic '" + topic + "' has no record of the key "
                            + (hasKey(row) ? Conversion.shown(key.of(row)) : "null") + ", which is made of " + by);
                }
                found.set(match, match == null ? new int[0] : places(match.schema()));
                out.accept(message.withValue(rows.apply(message, row)));
            }
        };
    }

    private static Field added(String name, String from, Schema there) throws StepException {
        int index = there.indexOf(from);
        if (index < 0) {
            throw StepException.missing(
                    FIELDS.name() + "." + name,
                    from,
                    there.fields().stream().map(Field::name).toList());
        }
        return Field.nullable(name, there.field(index).type());
    }

    @Override
    Set<String> makes() {
        return fields.keySet();
    }

    private boolean hasKey(Row row) {
        return by.stream().noneMatch(name -> row.isNull(row.schema().indexOf(name)));
    }

    private Schema schema(Table table) {
        Optional<Schema> schema = table.schema();
        if (schema.isEmpty()) {
            throw new RetryException(
                    "the topic '" + topic
                            + "', in which the step 'lookup' looks, has no records yet, so that nobody knows its fields",
                    new IllegalStateException("no schema"));
        }
        return schema.get();
    }

    /** Where the fields are in rows of a schema: it may have changed since. */
    private int[] places(Schema schema) {
        if (places.size() > 1_000) {
            places.clear();
        }
        return places.computeIfAbsent(
                schema, each -> fields.values().stream().mapToInt(each::indexOf).toArray());
    }

    /** What was found for the present row. */
    private static final class Found {
        private @Nullable Row row;
        private int[] indexes = {};

        void set(@Nullable Row newRow, int[] newIndexes) {
            row = newRow;
            indexes = newIndexes;
        }

        RowPlan.Filler filler(int number) {
            return (message, from, to, index) -> {
                Row present = row;
                if (present == null || indexes[number] < 0) {
                    to.setNull(index);
                } else {
                    to.set(index, present.at(indexes[number]));
                }
            };
        }
    }
}
