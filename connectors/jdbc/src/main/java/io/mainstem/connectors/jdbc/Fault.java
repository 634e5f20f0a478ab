package io.mainstem.connectors.jdbc;

/** What an error of the database means for the sink. */
public enum Fault {
    /** The data is at fault: some row can never be written. */
    RECORD,
    /** A row points to another that is not there, and may come. */
    FOREIGN_KEY,
    /** The connection or a resource: later it may work. */
    RETRY,
    /** A person must change something. */
    STOP
}
