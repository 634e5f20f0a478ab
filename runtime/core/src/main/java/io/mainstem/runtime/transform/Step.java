package io.mainstem.runtime.transform;

import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Transform;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A step of our own: it plans once for each schema, and then follows the plan for each row. */
abstract class Step implements Transform {

    private static final int PLANS_MAX = 1_000;

    private final IdentityHashMap<Schema, Plan> plans = new IdentityHashMap<>();
    private @Nullable Schema lastSchema;
    private @Nullable Plan last;

    /** What to do with the rows of one schema. */
    interface Plan {

        /** What comes out. */
        StreamSchema output();

        /** A message with a row. */
        void row(Message message, Row row, Consumer<Message> out) throws Exception;

        /** A delete; it goes on as it is by default. */
        default void delete(Message message, Consumer<Message> out) throws Exception {
            out.accept(message);
        }

        /** Whether a row with a key of these fields comes out as one row with that key, if it comes out at all, whenever it goes in. */
        default boolean keeps(List<String> key) {
            return false;
        }
    }

    abstract Plan plan(KnownStream known) throws Exception;

    /** The names of fields of which the step says which type they have behind it. */
    Set<String> makes() {
        return Set.of();
    }

    /** What can be said of the fields behind the step when it does not go with those in front of it: nothing that only follows. */
    KnownStream behindMistake(KnownStream known) {
        return known.unsureOf(makes());
    }

    @Override
    public final List<StreamSchema> output(StreamSchema in) throws Exception {
        if (plans.size() >= PLANS_MAX) {
            plans.clear();
        }
        Plan plan = plan(KnownStream.complete(in));
        plans.put(in.schema(), plan);
        lastSchema = in.schema();
        last = plan;
        return List.of(plan.output());
    }

    /** Whether rows of the schema that it was told of last come out with the key that they had, each as one. */
    final boolean keeps(List<String> key) {
        return last != null && last.keeps(key);
    }

    @Override
    public final void apply(Message in, Consumer<Message> out) throws Exception {
        if (in.value() instanceof Row row) {
            planOf(row.schema()).row(in, row, out);
        } else if (in.value() == null) {
            planOf(null).delete(in, out);
        } else {
            throw new RecordProblem("the value is " + in.value().type()
                    + " and has no fields; choose the codec avro or json" + " for the topic");
        }
    }

    @SuppressWarnings("ReferenceEquality") // a schema is shared by its rows: another instance is looked up
    private Plan planOf(@Nullable Schema schema) {
        Plan plan = last;
        if (plan != null && (schema == null || schema == lastSchema)) {
            return plan;
        }
        plan = schema == null ? null : plans.get(schema);
        if (plan == null) {
            throw new IllegalStateException("rows came of a schema that nobody told of: " + schema);
        }
        last = plan;
        lastSchema = schema;
        return plan;
    }
}
