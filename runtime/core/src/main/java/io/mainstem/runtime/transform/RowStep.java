package io.mainstem.runtime.transform;

import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A step that makes one row of one row. What it does to fields of the value it does to those of the key, too, when the message has a
 * key with such fields: so a delete still names the row that it deletes.
 */
abstract class RowStep extends Step {

    private static final int KEY_PLANS_MAX = 100;

    private final IdentityHashMap<Schema, RowPlan> keyPlans = new IdentityHashMap<>();

    /** How rows are made. */
    abstract RowPlan rows(KnownStream known) throws Exception;

    /** The key fields of what comes out. */
    List<String> key(KnownStream known, RowPlan rows) throws Exception {
        return known.stream().key();
    }

    /** How keys are made; null to leave them. Fields that are not in the key are none of it. */
    @Nullable
    RowPlan keys(Schema key) throws Exception {
        return null;
    }

    @Override
    final Plan plan(KnownStream known) throws Exception {
        RowPlan rows = rows(known);
        StreamSchema output = StreamSchema.of(known.stream().name(), rows.schema(), key(known, rows));
        return new Plan() {
            @Override
            public StreamSchema output() {
                return output;
            }

            @Override
            public boolean keeps(List<String> fields) {
                return rows.keeps(fields) && output.key().equals(fields);
            }

            @Override
            public void row(Message message, Row row, Consumer<Message> out) throws Exception {
                out.accept(withKey(message.withValue(rows.apply(message, row))));
            }

            @Override
            public void delete(Message message, Consumer<Message> out) throws Exception {
                out.accept(withKey(message));
            }
        };
    }

    private Message withKey(Message message) throws Exception {
        Datum key = message.key();
        if (!(key instanceof Row row)) {
            return message;
        }
        RowPlan plan = keyPlan(row.schema());
        return plan == null ? message : message.withKey(plan.apply(message, row));
    }

    private @Nullable RowPlan keyPlan(Schema schema) throws Exception {
        RowPlan known = keyPlans.get(schema);
        if (known == null && !keyPlans.containsKey(schema)) {
            if (keyPlans.size() >= KEY_PLANS_MAX) {
                keyPlans.clear();
            }
            known = keys(schema);
            keyPlans.put(schema, known);
        }
        return known;
    }
}
