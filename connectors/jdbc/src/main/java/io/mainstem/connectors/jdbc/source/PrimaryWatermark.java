package io.mainstem.connectors.jdbc.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One of MySQL or MariaDB that holds for a server that is written to. On one that is read-only, and a replica or perhaps one, there is none: what is
 * open on the server that it follows may come at any time, whatever the delay. What was seen until then is forgotten. One thread.
 */
final class PrimaryWatermark implements Watermark {

    private static final Mark STANDBY = new Mark(
            Optional.empty(),
            false,
            Optional.of(
                    "a server that is written to: this one is read-only, and is a replica or may be one, which does not know the open "
                            + "transactions of the server that it follows"));

    private final Supplier<Watermark> fresh;
    private Watermark watermark;

    /**
     * For one table.
     *
     * @param fresh makes a watermark that has seen nothing
     */
    PrimaryWatermark(Supplier<Watermark> fresh) {
        this.fresh = fresh;
        this.watermark = fresh.get();
    }

    @Override
    public Mark look(Connection connection) throws SQLException {
        Mark mark = watermark.look(connection);
        // Behind the look: a server that becomes a replica while it is looked at must not have given the mark.
        boolean isStandby = MySqlRole.isStandby(connection);
        connection.commit();
        if (isStandby) {
            watermark = fresh.get();
            return STANDBY;
        }
        return mark;
    }
}
