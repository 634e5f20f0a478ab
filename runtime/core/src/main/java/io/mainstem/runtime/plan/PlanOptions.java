package io.mainstem.runtime.plan;

import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * What a plan is made with.
 *
 * @param rows how many rows of each stream are looked at, at most
 * @param deadline how long each source, and each sink, may take for all that it is asked
 * @param clock the time
 * @param secrets what no text of a plan may show
 * @param running the pipelines that run on this log now; none when nothing runs
 */
public record PlanOptions(int rows, Duration deadline, Clock clock, Secrets secrets, List<Pipeline> running) {

    /** How many rows are looked at when nothing else is said. */
    public static final int ROWS = 20;

    /** The most rows that may be asked for. */
    public static final int ROWS_MAX = 1_000;

    /** How long a source or a sink may take. */
    public static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Checks the number of rows and copies the list. */
    public PlanOptions {
        if (rows < 0 || rows > ROWS_MAX) {
            throw new IllegalArgumentException("the number of rows is " + rows + "; it must be from 0 to " + ROWS_MAX);
        }
        running = List.copyOf(running);
    }

    /** The usual limits, where nothing runs. */
    public static PlanOptions of(Clock clock, Secrets secrets) {
        return new PlanOptions(ROWS, DEADLINE, clock, secrets, List.of());
    }

    /** The same with another number of rows. */
    public PlanOptions withRows(int newRows) {
        return new PlanOptions(newRows, deadline, clock, secrets, running);
    }

    /** The same with another deadline. */
    public PlanOptions withDeadline(Duration newDeadline) {
        return new PlanOptions(rows, newDeadline, clock, secrets, running);
    }

    /** The same on a log on which these pipelines run. */
    public PlanOptions withRunning(List<Pipeline> pipelines) {
        return new PlanOptions(rows, deadline, clock, secrets, pipelines);
    }
}
