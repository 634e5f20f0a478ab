package io.mainstem.connectors.jdbc.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** For databases that do not show their open transactions: the highest value that was visible some time ago. One thread. */
final class DelayWatermark implements Watermark {

    /** Reads the highest cursor value that is visible. */
    interface HighMark {
        Optional<String> read(Connection connection) throws SQLException;
    }

    private final HighMark highMark;
    private final Duration delay;
    private final Clock clock;
    private final TreeMap<Instant, Optional<String>> seen = new TreeMap<>();

    DelayWatermark(HighMark highMark, Duration delay, Clock clock) {
        this.highMark = highMark;
        this.delay = delay;
        this.clock = clock;
    }

    @Override
    public Mark look(Connection connection) throws SQLException {
        Optional<String> value = highMark.read(connection);
        connection.commit();
        // Not before the look: who drew a lower value did so before it, and has the whole delay from then on.
        Instant now = clock.instant();
        seen.put(now, value);
        Map.Entry<Instant, Optional<String>> old = seen.floorEntry(now.minus(delay));
        if (old == null) {
            return new Mark(Optional.empty(), false, Optional.empty());
        }
        seen.headMap(old.getKey()).clear();
        return new Mark(old.getValue().map(bound -> new Bound(bound, true)), true, Optional.empty());
    }
}
