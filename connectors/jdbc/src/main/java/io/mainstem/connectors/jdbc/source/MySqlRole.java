package io.mainstem.connectors.jdbc.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Whether what is read is written on this server, whose open transactions it lists, or on another, whose transactions it does not know. */
enum MySqlRole {

    /** It is written to, or would be if it were not set read-only for a while. */
    PRIMARY,
    /** It takes changes of another server, and sessions may write to it, too. */
    WRITABLE_REPLICA,
    /** It takes changes of another server, and nothing else. */
    REPLICA,
    /** Nobody can write to it, and it is not known whether it is a replica. */
    READ_ONLY;

    /** Every user may ask. {@code super_read_only}, which MariaDB lacks, sets the first; the second tells a reader of a shared storage. */
    private static final String SETTINGS = "SELECT @@global.read_only, @@global.innodb_read_only";

    /** MariaDB for all of its sources; MySQL from 8.0.22 on; MySQL before. */
    private static final List<String> STATUS =
            List.of("SHOW ALL REPLICAS STATUS", "SHOW REPLICA STATUS", "SHOW SLAVE STATUS");

    /** For a user with PROCESS. The daemons of some servers have that name, too. */
    private static final String APPLIERS =
            "SELECT 1 FROM information_schema.processlist WHERE user = 'system user' AND command <> 'Daemon' LIMIT 1";

    private static final Set<String> NO = Set.of("0", "OFF");
    private static final String SYNTAX_OR_PRIVILEGE = "42000";

    /** Who may not write: those without a privilege for it, or nobody at all. */
    private record Settings(boolean isReadOnly, boolean isStorageReadOnly) {}

    /** That of the server now. */
    static MySqlRole of(Connection connection) throws SQLException {
        return of(settings(connection), connection);
    }

    private static MySqlRole of(Settings settings, Connection connection) throws SQLException {
        Optional<Boolean> replicates = replicates(connection);
        if (!settings.isReadOnly() && !settings.isStorageReadOnly()) {
            return replicates.orElse(false) ? WRITABLE_REPLICA : PRIMARY;
        }
        if (replicates.orElse(false)) {
            return REPLICA;
        }
        return settings.isStorageReadOnly() || replicates.isEmpty() ? READ_ONLY : PRIMARY;
    }

    /** Whether nothing is written here now, and it is a replica or may be one: for those who ask again and again. */
    static boolean isStandby(Connection connection) throws SQLException {
        Settings settings = settings(connection);
        return (settings.isReadOnly() || settings.isStorageReadOnly()) && of(settings, connection) != PRIMARY;
    }

    private static Settings settings(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SETTINGS)) {
            row.next();
            return new Settings(isOn(row.getString(1)), isOn(row.getString(2)));
        }
    }

    /** A number, or one of several words. */
    private static boolean isOn(String value) {
        return !NO.contains(value.toUpperCase(Locale.ROOT));
    }

    /** Whether it is set up to take changes of another server; empty when the user may not know. */
    private static Optional<Boolean> replicates(Connection connection) throws SQLException {
        for (String status : STATUS) {
            Optional<Boolean> found = isAnything(connection, status);
            if (found.isPresent()) {
                return found;
            }
        }
        return isAnything(connection, APPLIERS).filter(isRunning -> isRunning);
    }

    /** Whether there is a row; empty when this server does not know the statement, or the user may not ask. */
    private static Optional<Boolean> isAnything(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return Optional.of(rows.next());
        } catch (SQLException e) {
            if (SYNTAX_OR_PRIVILEGE.equals(e.getSQLState())) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
