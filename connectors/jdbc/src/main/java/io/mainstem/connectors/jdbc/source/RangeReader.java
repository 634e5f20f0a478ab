package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Emitter;
import io.mainstem.api.Poll;
import io.mainstem.api.SplitReader;
import java.time.Duration;

/** Reads a range, and says at its end that it needs its snapshot no more. One thread, but for {@link #cancel}. */
final class RangeReader implements SplitReader {
    private final TableReader reader;
    private final Runnable end;
    private boolean isClosed;

    RangeReader(TableReader reader, Runnable end) {
        this.reader = reader;
        this.end = end;
    }

    @Override
    public Poll poll(Emitter out, Duration maxWait) throws Exception {
        return reader.poll(out, maxWait);
    }

    @Override
    public void cancel() {
        reader.cancel();
    }

    @Override
    public void close() {
        reader.close();
        if (!isClosed) {
            isClosed = true;
            end.run();
        }
    }
}
