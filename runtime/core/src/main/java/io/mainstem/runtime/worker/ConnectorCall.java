package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Deadlines;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/** What a session calls of a connector, and which deadline that has. */
enum ConnectorCall {
    CREATE(Deadlines::connect),
    DISCOVER(Deadlines::discover),
    OPEN(Deadlines::connect),
    POLL(Deadlines::poll),
    ACKNOWLEDGE(Deadlines::poll),
    FINISHED(Deadlines::finish),
    ASSIGN(Deadlines::connect),
    RESET(Deadlines::connect),
    WRITE(Deadlines::write),
    FLUSH(Deadlines::flush),
    REVOKE(Deadlines::close),
    IDLE(Deadlines::write),
    CLOSE(Deadlines::close);

    private final Function<Deadlines, Duration> deadline;

    ConnectorCall(Function<Deadlines, Duration> deadline) {
        this.deadline = deadline;
    }

    Duration deadline(Deadlines deadlines) {
        return deadline.apply(deadlines);
    }

    /** Its name in the connector API. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
