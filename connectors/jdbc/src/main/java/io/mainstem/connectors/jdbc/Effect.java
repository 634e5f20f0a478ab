package io.mainstem.connectors.jdbc;

/** What the rows of a plan do to the table. */
enum Effect {
    /** Each adds a row. */
    INSERT,
    /** Each replaces the row of its key, or adds it. */
    UPSERT,
    /** Each changes the row of its key, if there is one. */
    UPDATE,
    /** Each is a new version of its key, and closes the one before. */
    VERSION,
    /** Each removes the row of its key. */
    DELETE,
    /** Each marks the row of its key as deleted. */
    MARK,
    /** Each closes the open version of its key. */
    CLOSE;

    /** Whether each row is written, so that its foreign keys hold or it is refused. */
    boolean writesRows() {
        return this == INSERT || this == UPSERT || this == VERSION;
    }

    /** What its statements are for, in a plan's words. */
    String purpose() {
        return switch (this) {
            case INSERT, UPSERT, UPDATE, VERSION -> "write rows";
            case DELETE -> "delete rows";
            case MARK -> "mark rows as deleted";
            case CLOSE -> "end the version before";
        };
    }
}
