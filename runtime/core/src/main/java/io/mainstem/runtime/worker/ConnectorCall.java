package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Deadlines;
import java.time.Duration;
import java.util.Locale;

/** What a session calls of a connector, and which deadline that has. */
enum ConnectorCall {
    CREATE(1),
    CAPABILITIES(14),
    DISCOVER(2),
    OPEN(3),
    POLL(4),
    ACKNOWLEDGE(5),
    FINISHED(6),
    ASSIGN(7),
    RESET(8),
    WRITE(9),
    FLUSH(10),
    REVOKE(11),
    IDLE(12),
    CLOSE(13);

    private final int number;

    ConnectorCall(int number) {
        this.number = number;
    }

    /** A number of its own, from 1 to 14: a {@link CallWatch} keeps it in four bits. */
    int number() {
        return number;
    }

    Duration deadline(Deadlines deadlines) {
        return switch (this) {
            case CREATE, CAPABILITIES, OPEN, ASSIGN, RESET -> deadlines.connect();
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
