package io.mainstem.runtime.plan;

import io.mainstem.api.Plan;
import io.mainstem.api.Schema;
import java.util.List;

/**
 * What becomes of a topic's schema.
 *
 * @param fate what
 * @param version the number of the version that records will have, or of the one that stays
 * @param schema the schema that records will have; of a refused one, that of the source
 * @param differences how it differs from the latest version, a line each
 * @param problems why it is refused
 */
public record SchemaPlan(Fate fate, int version, Schema schema, List<String> differences, List<String> problems) {

    /** What becomes of it. */
    public enum Fate {
        /** It is the first of its topic. */
        NEW,
        /** The topic has it already. */
        SAME,
        /** It is another than the latest, and allowed. */
        CHANGES,
        /** It is another than the latest, and not allowed: the source will stop. */
        REFUSED
    }

    /** Copies the lists. */
    public SchemaPlan {
        differences = List.copyOf(differences);
        problems = List.copyOf(problems);
    }

    /** A first schema comes with its topic, and is no change of its own. */
    Plan.Change asChange() {
        return fate == Fate.CHANGES || fate == Fate.REFUSED ? Plan.Change.ALTER : Plan.Change.NONE;
    }
}
