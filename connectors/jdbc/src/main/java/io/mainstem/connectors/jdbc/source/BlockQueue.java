package io.mainstem.connectors.jdbc.source;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Blocks between a fetching thread and its reader, bounded by their bytes. Thread-safe: its monitor guards all. */
final class BlockQueue {

    private final long bytesMax;
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    BlockQueue(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Adds a block; waits while there is no room. Returns false when nobody takes any more. */
    synchronized boolean put(Block block) throws InterruptedException {
        while (bytes >= bytesMax && !closed) {
            wait();
        }
        if (closed) {
            return false;
        }
        blocks.add(block);
        bytes += size(block);
        notifyAll();
        return true;
    }

    /** The next block; null when none came in time, or the queue was closed. */
    synchronized @Nullable Block take(Duration maxWait) throws InterruptedException {
        long end = System.nanoTime() + maxWait.toNanos();
        while (blocks.isEmpty() && !closed) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return null;
            }
            wait(left);
        }
        Block block = closed ? null : blocks.poll();
        if (block != null) {
            bytes -= size(block);
            notifyAll();
        }
        return block;
    }

    private static long size(Block block) {
        return block instanceof Block.Rows rows ? rows.bytes() : 0;
    }

    /** Nobody puts or takes any more. */
    synchronized void close() {
        closed = true;
        blocks.clear();
        notifyAll();
    }
}
