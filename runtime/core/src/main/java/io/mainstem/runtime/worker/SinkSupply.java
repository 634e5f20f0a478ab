package io.mainstem.runtime.worker;

import io.mainstem.api.SinkContext.Supply;

/** What may still come to a sink. Any thread may ask. */
@FunctionalInterface
interface SinkSupply {

    /** Where the sink may end. */
    SinkEnd end();

    /** The same as the sink is told. */
    default Supply supply() {
        return end().isKnown() ? Supply.ENDED : Supply.OPEN;
    }
}
