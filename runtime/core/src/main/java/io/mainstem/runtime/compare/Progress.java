package io.mainstem.runtime.compare;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Says now and then how far a comparison is that takes its time. One thread. */
final class Progress {

    private static final long EVERY_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int ROWS_BETWEEN_LOOKS = 1_024;

    private final Consumer<String> say;
    private String what = "";
    private long rows;
    private long saidNanos = System.nanoTime();

    Progress(Consumer<String> say) {
        this.say = say;
    }

    /** A reading of rows begins. */
    void begin(String reading) {
        what = reading;
        rows = 0;
    }

    /** A row was read. */
    void row() {
        rows++;
        if (rows % ROWS_BETWEEN_LOOKS == 0 && System.nanoTime() - saidNanos >= EVERY_NANOS) {
            saidNanos = System.nanoTime();
            say.accept(String.format(Locale.ROOT, "comparing: %s, %,d rows so far", what, rows));
        }
    }
}
