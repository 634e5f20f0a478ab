package io.mainstem.connectors.jdbc;

import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Errors of PostgreSQL about names that stand in values: a text for a column of type regclass, regtype and the like names something that
 * must be there. They have the SQLSTATE of a statement that names what is not there, but no place in it, as names in statements have.
 */
final class PgNames {

    private static final String UNREADABLE_VALUE = "22P02";

    /** No such schema, syntax, name that is none, no such object, several such functions, no such function, no such table. */
    private static final Set<String> NAMES = Set.of("3F000", "42601", "42602", "42704", "42725", "42883", "42P01");

    private PgNames() {}

    /**
     * The error as one about a value, where it is; otherwise itself.
     *
     * @param error of an INSERT, UPDATE or DELETE; a COPY has no places for its names
     */
    static SQLException ofValue(SQLException error) {
        boolean is = error instanceof PSQLException own
                && NAMES.contains(String.valueOf(error.getSQLState()))
                && hasNoPlace(own.getServerErrorMessage());
        return is ? new SQLException(error.getMessage(), UNREADABLE_VALUE, error) : error;
    }

    private static boolean hasNoPlace(ServerErrorMessage message) {
        return message != null && message.getPosition() == 0 && message.getInternalQuery() == null;
    }
}
