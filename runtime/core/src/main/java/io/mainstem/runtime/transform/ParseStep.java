package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Field;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.codec.UndecodableException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes fields of JSON text, or a date or time of text by a pattern. */
final class ParseStep extends RowStep {

    /** What the text is. */
    enum As {
        JSON,
        DATE,
        TIME,
        TIMESTAMP,
        TIMESTAMPTZ
    }

    private static final Option<String> FIELD = Option.text("field")
            .doc("The field with the text.")
            .example("payload")
            .required();
    private static final Option<As> AS = Option.choice("as", As.class)
            .doc("What the text is: a JSON object, or a date or time.")
            .example("json")
            .required();
    private static final Option<Map<String, Type>> FIELDS = Option.map("fields", Option.parsed("type", Type::parse))
            .doc("Of JSON: the fields of the object to take, each with its type; others are passed over.")
            .example("{id: int64, name: string}");
    private static final Option<String> INTO = FieldName.option("into")
            .doc(
                    "The field for the result. Without it, the fields of JSON stand beside the others and the text goes; a time replaces"
                            + " its text.")
            .example("order");
    private static final Option<String> PATTERN = Option.parsed("pattern", TimePattern::checked)
            .doc(
                    "Of a time: letters as in java.time.format.DateTimeFormatter, or epoch-seconds, or epoch-millis. ISO-8601 when not"
                            + " set.")
            .example("dd.MM.yyyy HH:mm");
    private static final Option<ZoneId> ZONE = Option.parsed("zone", ParseStep::zone)
            .doc("Of a timestamptz: the zone of a text that names none.")
            .example("Europe/Berlin")
            .defaultValue(ZoneId.of("UTC"));
    static final StepFactory FACTORY = new StepFactory(
            "parse",
            "Makes fields of JSON text, or a date or time of text by a pattern.",
            ConfigSpec.of(FIELD, AS, FIELDS, INTO, PATTERN, ZONE).rule(ParseStep::rules),
            (config, context) -> new ParseStep(config));

    private final String field;
    private final As as;
    private final Map<String, Type> fields;
    private final Optional<String> into;
    private final TimePattern pattern;

    private ParseStep(Config config) {
        this.field = config.get(FIELD);
        this.as = config.get(AS);
        this.fields = config.find(FIELDS).orElse(Map.of());
        this.into = config.find(INTO);
        this.pattern = TimePattern.of(config.find(PATTERN), config.get(ZONE));
    }

    private static List<Problem> rules(Config config) {
        List<Problem> problems = new ArrayList<>();
        boolean json = config.get(AS) == As.JSON;
        if (json && !config.isSet(FIELDS)) {
            problems.add(Problem.at(AS, "JSON needs 'fields', with the fields to take and their types"));
        }
        if (!json && config.isSet(FIELDS)) {
            problems.add(Problem.at(FIELDS, "only JSON has fields"));
        }
        if (json && config.isSet(PATTERN)) {
            problems.add(Problem.at(PATTERN, "JSON has no pattern"));
        }
        return problems;
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException("must be a time zone such as Europe/Berlin, not '" + text + "'", e);
        }
    }

    @Override
    RowPlan rows(KnownStream known) throws StepException {
        int index = known.index(FIELD.name(), field);
        if (!known.schema().field(index).type().isText()) {
            throw StepException.at(
                    FIELD.name(),
                    "the field '" + field + "' is a " + known.type(field) + ", and only text can be parsed");
        }
        return as == As.JSON ? json(known, index) : time(known.schema(), index);
    }

    @Override
    Set<String> makes() {
        return as == As.JSON && into.isEmpty() ? fields.keySet() : Set.of(into.orElse(field));
    }

    private RowPlan json(KnownStream known, int text) throws StepException {
        Schema schema = known.schema();
        Schema object = Schema.of(
                into.orElse(field),
                fields.entrySet().stream()
                        .map(entry -> Field.nullable(entry.getKey(), entry.getValue()))
                        .toList());
        JsonField parsed = new JsonField(field, text, object);
        RowPlan.Making making = RowPlan.making();
        for (int i = 0; i < schema.size(); i++) {
            if (i != text || into.isPresent()) {
                making.keep(schema, i);
            }
        }
        if (into.isPresent()) {
            making.put(
                    Field.nullable(into.get(), Type.struct(object)),
                    (message, row, to, index) -> to.set(index, parsed.of(row)));
            return making.done(schema.name());
        }
        for (int i = 0; i < object.size(); i++) {
            if (schema.indexOf(object.field(i).name()) >= 0
                    && !object.field(i).name().equals(field)) {
                throw StepException.at(
                        FIELDS.name() + "." + object.field(i).name(),
                        "there is a field '" + object.field(i).name() + "' already; set 'into', or rename one first");
            }
            making.add(object.field(i), member(parsed, i));
        }
        return making.done(schema.name());
    }

    private static RowPlan.Filler member(JsonField parsed, int from) {
        return (message, row, to, index) -> {
            Row object = parsed.of(row);
            if (object == null) {
                to.setNull(index);
            } else {
                to.copy(index, object, from);
            }
        };
    }

    private RowPlan time(Schema schema, int text) {
        Type type = switch (as) {
            case DATE -> Type.DATE;
            case TIME -> Type.TIME;
            case TIMESTAMP -> Type.TIMESTAMP;
            default -> Type.TIMESTAMPTZ;
        };
        RowPlan.Making making = RowPlan.making();
        for (int i = 0; i < schema.size(); i++) {
            making.keep(schema, i);
        }
        making.put(Field.nullable(into.orElse(field), type), (message, row, to, index) -> {
            if (row.isNull(text)) {
                to.setNull(index);
            } else {
                to.set(index, pattern.parse(field, row.stringAt(text), type));
            }
        });
        return making.done(schema.name());
    }

    /** The object in the text of a row, parsed once for each row. */
    private static final class JsonField {
        private final String name;
        private final int index;
        private final Schema object;
        private @org.jspecify.annotations.Nullable Row last;
        private @org.jspecify.annotations.Nullable Row parsed;

        JsonField(String name, int index, Schema object) {
            this.name = name;
            this.index = index;
            this.object = object;
        }

        @SuppressWarnings("ReferenceEquality") // asked for each field of one row in turn
        @org.jspecify.annotations.Nullable
        Row of(Row row) {
            if (row == last) {
                return parsed;
            }
            parsed = row.isNull(index) ? null : parse(row.stringAt(index));
            last = row;
            return parsed;
        }

        private Row parse(String text) {
            try {
                return JsonRows.toKnown(text, object);
            } catch (UndecodableException e) {
                throw new RecordProblem("field '" + name + "': " + Conversion.shown(text) + ": " + e.getMessage());
            }
        }
    }
}
