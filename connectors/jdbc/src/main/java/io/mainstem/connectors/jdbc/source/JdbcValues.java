package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How values come out of a driver's rows, and go into its parameters. Without state. */
interface JdbcValues {

    /** A value as an object from which {@link Exact} makes one of the type; null for null. */
    @Nullable
    Object get(ResultSet row, int column, Type type) throws SQLException, UnreadableValueException;

    /** Sets a parameter to a value of a position. */
    void set(PreparedStatement statement, int parameter, OrderColumn column, String value) throws SQLException;
}
