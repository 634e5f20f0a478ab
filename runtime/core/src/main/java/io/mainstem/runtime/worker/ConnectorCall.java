package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Deadlines;
import java.time.Duration;
import java.util.Locale;

/** What a session calls of a connector, and which deadline that has. */
enum ConnectorCall {
    CREATE,
    DISCOVER,
    OPEN,
    POLL,
    ACKNOWLEDGE,
    FINISHED,
    ASSIGN,
    RESET,
    WRITE,
    FLUSH,
    REVOKE,
    IDLE,
    CLOSE;

    Duration deadline(Deadlines deadlines) {
        return switch (this) {
            case CREATE, OPEN, ASSIGN, RESET -> deadlines.connect();
            case DISCOVER -> deadlines.discover();
            case POLL, ACKNOWLEDGE -> deadlines.poll();
            case FINISHED -> deadlines.finish();
            case WRITE, IDLE -> deadlines.write();
            case FLUSH -> deadlines.flush();
            case REVOKE, CLOSE -> deadlines.close();
        };
    }

    /** Its name in the connector API. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
