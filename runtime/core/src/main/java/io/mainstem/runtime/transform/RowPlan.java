package io.mainstem.runtime.transform;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How the fields of a row are made of another row's. One thread. */
final class RowPlan {

    private final Filler[] fillers;
    private final Row.Builder builder;
    private final Set<String> kept;

    /** Makes the value of one field. */
    interface Filler {
        void fill(Message message, Row from, Row.Builder to, int index) throws Exception;
    }

    private RowPlan(Schema schema, List<Filler> fillers, Set<String> kept) {
        this.fillers = fillers.toArray(new Filler[0]);
        this.builder = Row.builder(schema);
        this.kept = Set.copyOf(kept);
    }

    static Making making() {
        return new Making();
    }

    Schema schema() {
        return builder.schema();
    }

    /** Whether these fields are as they were. */
    boolean keeps(List<String> names) {
        return kept.containsAll(names);
    }

    Row apply(Message message, Row from) throws Exception {
        try {
            for (int i = 0; i < fillers.length; i++) {
                fillers[i].fill(message, from, builder, i);
            }
            return builder.build();
        } catch (Exception | Error e) {
            builder.reset();
            throw e;
        }
    }

    /** Collects fields. */
    static final class Making {
        private final List<Field> fields = new ArrayList<>();
        private final List<Filler> fillers = new ArrayList<>();
        private final Set<String> kept = new HashSet<>();

        /** A field as it is. */
        Making keep(Schema schema, int index) {
            kept.add(schema.field(index).name());
            return add(schema.field(index), copy(index));
        }

        static Filler copy(int from) {
            return (message, row, to, index) -> to.copy(index, row, from);
        }

        Making add(Field field, Filler filler) {
            fields.add(field);
            fillers.add(filler);
            return this;
        }

        /** Replaces the field of that name where it stands, or adds it at the end. */
        Making put(Field field, Filler filler) {
            kept.remove(field.name());
            for (int i = 0; i < fields.size(); i++) {
                if (fields.get(i).name().equals(field.name())) {
                    fields.set(i, field);
                    fillers.set(i, filler);
                    return this;
                }
            }
            return add(field, filler);
        }

        RowPlan done(String name) {
            return new RowPlan(Schema.of(name, fields), fillers, kept);
        }
    }
}
