package io.mainstem.connectors.jdbc;

import io.mainstem.api.RecordException;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns errors of the database into the API's. */
final class Faults {

    private Faults() {}

    /** The database's error inside an exception. */
    static Optional<SQLException> sql(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    /**
     * Why a record is bad, for people. It has no stack, which would differ with the way on which the row was found, and says
     * nothing of the batch in which the row stood: bad rows of one cause differ in their values alone.
     */
    static RecordException reason(Dialect dialect, SQLException error) {
        SQLException own = dialect.inWords(ofRow(error));
        String code = own.getSQLState() == null ? String.valueOf(own.getErrorCode()) : own.getSQLState();
        return new RecordException(code, text(own));
    }

    /** The error of the row, where the driver tells that of a batch, with the whole statement. */
    private static SQLException ofRow(SQLException error) {
        if (!(error instanceof BatchUpdateException)) {
            return error;
        }
        SQLException next = error.getNextException();
        if (next != null) {
            return next;
        }
        return error.getCause() instanceof SQLException cause ? cause : error;
    }

    /** What to throw for whatever was thrown meanwhile; what has no error of the database in it stays as it is. */
    static RuntimeException exception(Dialect dialect, SinkSettings settings, String doing, Exception error) {
        return sql(error)
                .filter(sql -> !(error instanceof RetryException) && !(error instanceof StopException))
                .map(sql -> exception(dialect, settings, doing, sql))
                .orElseGet(
                        () -> error instanceof RuntimeException runtime ? runtime : new IllegalStateException(error));
    }

    /** What to throw for an error that is not a record's. */
    static RuntimeException exception(Dialect dialect, SinkSettings settings, String doing, SQLException error) {
        String message = "cannot " + doing + " " + settings.connection().shownUrl() + ": " + text(error);
        if (dialect.fault(error) == Fault.STOP) {
            return new StopException(code(error), message, whatToDo(error, settings), error);
        }
        return "53".equals(stateClass(error.getSQLState()))
                ? RetryException.ranOut(message, error)
                : new RetryException(message, error);
    }

    private static String text(SQLException error) {
        String text = String.valueOf(error.getMessage()).strip();
        String state = error.getSQLState();
        return state == null ? text : text + " (SQLSTATE " + state + ")";
    }

    private static String code(SQLException error) {
        return switch (stateClass(error.getSQLState())) {
            case "28" -> "jdbc.login";
            case "3D" -> "jdbc.no-database";
            case "42" -> "42501".equals(error.getSQLState()) ? "jdbc.permission" : "jdbc.statement";
            default -> "jdbc.refused";
        };
    }

    private static String whatToDo(SQLException error, SinkSettings settings) {
        String user = settings.connection().shownUser();
        return switch (stateClass(error.getSQLState())) {
            case "28" ->
                "check the options 'user' (" + user + ") and 'password', and that the server lets this user in";
            case "3D" -> "create the database, or correct its name in the option 'url'";
            case "3F" -> "create the schema, or correct its name in the option 'table'";
            case "42" ->
                "42501".equals(error.getSQLState())
                        ? "grant user " + user
                                + " what the message names: INSERT (for upsert also SELECT, UPDATE, DELETE) on the "
                                + "table, CREATE on the schema for tables that the sink makes, mainstem_offsets among them"
                        : "see that the table is still as it was when the sink started, then start again";
            case "54" ->
                "name the fields to write with the option 'columns', so that there are fewer; then start again";
            default -> "see what the message names, then start again";
        };
    }

    static String stateClass(@Nullable String state) {
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }
}
