package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns errors of the database into the API's. */
final class SourceFaults {

    private static final String NO_LOCK = "55P03";
    private static final int MYSQL_DENIES_TABLE = 1142;

    private static final Pattern POSITION = Pattern.compile("\\R\\s*Position: \\d+\\s*$");

    private SourceFaults() {}

    /** The database's error inside an exception. */
    static Optional<SQLException> sql(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    /** What to throw for an error while something was done. */
    static RuntimeException exception(
            SourceDialect dialect, SourceSettings settings, String doing, SQLException error) {
        String state = error.getSQLState();
        String message = "cannot " + doing + " in " + settings.connection().shownUrl() + ": " + text(error)
                + (state == null ? "" : " (SQLSTATE " + state + ")");
        if (NO_LOCK.equals(state)) {
            message +=
                    ". Another session changes a table, or waits to change it, and what this source had locked is let go";
        }
        if (dialect.isTransient(error)) {
            return "53".equals(stateClass(state))
                    ? RetryException.ranOut(message, error)
                    : new RetryException(message, error);
        }
        return new StopException(code(error), message, whatToDo(error, settings), error);
    }

    /** What the database says; where in a statement that nobody has written here, is of no use. */
    static String text(SQLException error) {
        return POSITION.matcher(String.valueOf(error.getMessage()))
                .replaceFirst("")
                .strip();
    }

    private static String code(SQLException error) {
        return switch (stateClass(error.getSQLState())) {
            case "28" -> "jdbc.login";
            case "3D" -> "jdbc.no-database";
            default -> isDenied(error) ? "jdbc.permission" : "jdbc.statement";
        };
    }

    private static String whatToDo(SQLException error, SourceSettings settings) {
        String user = settings.connection().shownUser();
        return switch (stateClass(error.getSQLState())) {
            case "28" ->
                "check the options 'user' (" + user + ") and 'password', and that the server lets this user in";
            case "3D" -> "create the database, or correct its name in the option 'url'";
            default ->
                isDenied(error)
                        ? "grant user " + user + " SELECT on what the message names, and USAGE on its schema"
                        : "see what the message names, correct the options or the table, then start again";
        };
    }

    /** Whether the user lacks a right. */
    static boolean isDenied(SQLException error) {
        return "42501".equals(error.getSQLState())
                || "42".equals(stateClass(error.getSQLState())) && error.getErrorCode() == MYSQL_DENIES_TABLE;
    }

    /** Whether a table, and not a column of it, is not there. */
    static boolean saysNoTable(SQLException error) {
        return "42P01".equals(error.getSQLState()) || "42S02".equals(error.getSQLState());
    }

    static String stateClass(@Nullable String state) {
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }
}
