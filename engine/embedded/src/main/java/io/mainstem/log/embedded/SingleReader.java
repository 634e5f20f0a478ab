package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import java.time.Duration;
import java.util.Optional;

/** A reader of one partition that belongs to no group. One thread at a time, except {@link #wakeup}. */
final class SingleReader implements PartitionReader {
    private static final int FETCH_BYTES = 1 << 20;

    private final Engine engine;
    private final PartitionLog log;
    private final Fetcher fetcher;
    private final Signal signal = new Signal();
    private volatile boolean wakeup;
    private boolean closed;

    SingleReader(Engine engine, PartitionLog log, long offset) {
        log.checkRange(offset);
        this.engine = engine;
        this.log = log;
        this.fetcher = new Fetcher(log, FETCH_BYTES, new ReadArrays(), offset);
        log.addWaiting(signal);
        engine.groups().add(signal);
    }

    @Override
    public Optional<RecordChunk> poll(Duration maxWait) {
        long deadline = System.nanoTime() + maxWait.toNanos();
        while (true) {
            if (closed
                    || engine.committer().stopped() != null
                            && !engine.committer().hasFailed()) {
                throw new LogException("the log or this reader of " + log + " is closed");
            }
            signal.clear();
            if (wakeup) {
                wakeup = false;
                return Optional.empty();
            }
            LogChunk chunk = fetcher.fetch();
            long left = deadline - System.nanoTime();
            if (chunk != null || left <= 0 || Thread.currentThread().isInterrupted()) {
                return Optional.ofNullable(chunk);
            }
            signal.await(left);
        }
    }

    @Override
    public long position() {
        return fetcher.position();
    }

    @Override
    public void seek(long offset) {
        fetcher.seek(offset);
    }

    @Override
    public void wakeup() {
        wakeup = true;
        signal.raise();
    }

    @Override
    public void close() {
        closed = true;
        log.removeWaiting(signal);
        engine.groups().remove(signal);
    }
}
