package io.mainstem.runtime.schema;

/** Which change of a topic's schema is allowed. */
public enum Compatibility {
    /** Readers of the new schema can read records of the one before, and no field that always had a value goes away. */
    BACKWARD,
    /** Every change. */
    NONE
}
