package io.mainstem.runtime.transform;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.api.Schema;
import java.util.List;

/** Leaves fields out, or all others. The key stays as it is. */
final class DropStep extends RowStep {

    private static final Option<List<String>> DROPPED = Option.list("fields", Option.text("field"))
            .doc("The fields to leave out.")
            .example("[internal_note]")
            .required();
    private static final Option<List<String>> KEPT = Option.list("fields", Option.text("field"))
            .doc("The fields to keep; they come in this order.")
            .example("[id, customer]")
            .required();
    static final StepFactory DROP = new StepFactory(
            "drop",
            "Leaves fields out.",
            ConfigSpec.of(DROPPED),
            (config, context) -> new DropStep(config, DROPPED, false));
    static final StepFactory KEEP = new StepFactory(
            "keep",
            "Keeps some fields and leaves out all others.",
            ConfigSpec.of(KEPT),
            (config, context) -> new DropStep(config, KEPT, true));

    private final List<String> names;
    private final boolean keep;

    private DropStep(Config config, Option<List<String>> fields, boolean keep) {
        this.names = config.get(fields);
        this.keep = keep;
    }

    @Override
    RowPlan rows(KnownStream known) throws StepException {
        Schema schema = known.schema();
        known.indexes("fields", names);
        RowPlan.Making making = RowPlan.making();
        if (keep) {
            names.stream().distinct().forEach(name -> making.keep(schema, schema.indexOf(name)));
        } else {
            for (int i = 0; i < schema.size(); i++) {
                if (!names.contains(schema.field(i).name())) {
                    making.keep(schema, i);
                }
            }
        }
        return making.done(schema.name());
    }

    @Override
    List<String> key(KnownStream known, RowPlan rows) throws StepException {
        for (String field : known.stream().key()) {
            if (rows.schema().indexOf(field) < 0 && !known.isOpen()) {
                throw StepException.at(
                        "fields",
                        "the field '" + field
                                + "' is part of the key, and rows cannot be without it; choose another key with"
                                + " the step 'key' first");
            }
        }
        return known.isOpen() ? List.of() : known.stream().key();
    }
}
