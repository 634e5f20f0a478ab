package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Option;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.runtime.expression.Scope;
import io.mainstem.runtime.text.Nearest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Puts the fields of nested rows, at any depth, in the place of them. */
final class FlattenStep extends RowStep {

    private static final Option<List<String>> FIELDS = Option.list("fields", Option.text("field"))
            .doc("The nested rows to flatten; all of them when not set.")
            .example("[address]")
            .defaultValue(List.of());
    private static final Option<String> SEPARATOR = Option.text("separator")
            .doc("What stands between the names; the empty text to use the inner name alone.")
            .example("_")
            .defaultValue("_");
    static final StepFactory FACTORY = new StepFactory(
            "flatten",
            "Puts the fields of nested rows in the place of them.",
            ConfigSpec.of(FIELDS, SEPARATOR),
            (config, context) -> new FlattenStep(config));

    private final List<String> names;
    private final String separator;

    private FlattenStep(Config config) {
        this.names = config.get(FIELDS);
        this.separator = config.get(SEPARATOR);
    }

    @Override
    RowPlan rows(KnownStream known) throws StepException {
        Mistakes mistakes = new Mistakes();
        for (int i = 0; i < names.size(); i++) {
            int number = i;
            mistakes.in(() -> check(FIELDS.name() + "." + number, names.get(number), known));
        }
        mistakes.throwAny();
        return flat(known, names);
    }

    private RowPlan flat(KnownStream known, List<String> which) throws StepException {
        RowPlan.Making making = RowPlan.making();
        Set<String> taken = new HashSet<>();
        Schema schema = known.schema();
        for (int i = 0; i < schema.size(); i++) {
            Field field = schema.field(i);
            boolean chosen = which.isEmpty() || which.contains(field.name());
            if (chosen && field.type().kind() == Type.Kind.STRUCT) {
                Inside inside = new Inside(making, taken);
                inside.add(field, field.name(), inside.start(i), field.isNullable());
            } else {
                unique(taken, field.name());
                making.keep(schema, i);
            }
        }
        return making.done(schema.name());
    }

    private static void check(String path, String name, KnownStream known) throws StepException {
        known.index(path, name);
        Type type = known.type(name);
        if (type.kind() != Type.Kind.STRUCT) {
            throw StepException.at(
                    path,
                    "the field '" + name + "' is no nested row, but a " + type
                            + (type.isText() ? "; the step 'parse' makes one of JSON text" : ""));
        }
    }

    /** Those rows are flat that can be. Which names come out of the others is not known, but how they begin. */
    @Override
    KnownStream behindMistake(KnownStream known) {
        List<String> wrong =
                names.stream().filter(name -> !isRight(name, known)).toList();
        if (separator.isEmpty() || wrong.isEmpty()) {
            return KnownStream.open(known.stream().name(), List.of());
        }
        Set<String> unsure = new HashSet<>();
        wrong.forEach(name -> unsure.addAll(beginnings(name, known.schema())));
        try {
            return behindRight(known).unsureOf(unsure);
        } catch (StepException e) {
            return KnownStream.open(known.stream().name(), List.of());
        }
    }

    private KnownStream behindRight(KnownStream known) throws StepException {
        List<String> right = names.stream().filter(name -> isRight(name, known)).toList();
        if (right.isEmpty()) {
            return known;
        }
        Schema flat = flat(known, right).schema();
        List<String> key = known.stream().key().stream()
                .filter(name -> flat.indexOf(name) >= 0)
                .toList();
        return known.behind(StreamSchema.of(known.stream().name(), flat, key));
    }

    private static boolean isRight(String name, KnownStream known) {
        int index = known.schema().indexOf(name);
        return index >= 0 && known.schema().field(index).type().kind() == Type.Kind.STRUCT;
    }

    /** Of the name that is written, and of the one that may be meant. */
    private Set<String> beginnings(String name, Schema schema) {
        Set<String> all = new HashSet<>(Set.of(name + separator + Scope.ANY_END));
        Nearest.of(name, schema.fields().stream().map(Field::name).toList())
                .ifPresent(meant -> all.add(meant + separator + Scope.ANY_END));
        return all;
    }

    private static void unique(Set<String> taken, String name) throws StepException {
        if (!taken.add(name)) {
            throw StepException.at(
                    FIELDS.name(),
                    "there would be two fields named '" + name + "'; set another 'separator', or rename one first");
        }
    }

    /** Finds the nested row; null when it, or one around it, is null. */
    private interface Way {
        @org.jspecify.annotations.Nullable
        Row to(Row row);
    }

    /** Goes into nested rows. */
    private final class Inside {
        private final RowPlan.Making making;
        private final Set<String> taken;

        Inside(RowPlan.Making making, Set<String> taken) {
            this.making = making;
            this.taken = taken;
        }

        Way start(int index) {
            return row -> (Row) row.at(index);
        }

        void add(Field outer, String prefix, Way way, boolean nullable) throws StepException {
            Schema schema = outer.type().schema();
            for (int i = 0; i < schema.size(); i++) {
                Field field = schema.field(i);
                String name = separator.isEmpty() ? field.name() : prefix + separator + field.name();
                boolean mayBeNull = nullable || field.isNullable();
                int index = i;
                if (field.type().kind() == Type.Kind.STRUCT) {
                    add(field, name, row -> inner(way, row, index), mayBeNull);
                    continue;
                }
                unique(taken, name);
                making.add(
                        mayBeNull ? Field.nullable(name, field.type()) : Field.required(name, field.type()),
                        filler(way, index));
            }
        }

        private @org.jspecify.annotations.Nullable Row inner(Way way, Row row, int index) {
            Row owner = way.to(row);
            return owner == null ? null : (Row) owner.at(index);
        }

        private RowPlan.Filler filler(Way way, int from) {
            return (message, row, to, index) -> {
                Row owner = way.to(row);
                if (owner == null) {
                    to.setNull(index);
                } else {
                    to.copy(index, owner, from);
                }
            };
        }
    }
}
