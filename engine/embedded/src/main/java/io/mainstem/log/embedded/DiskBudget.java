package io.mainstem.log.embedded;

import io.mainstem.log.DiskBudgetException;
import io.mainstem.log.DiskUsage;
import io.mainstem.log.LogException;
import io.mainstem.log.ProducerOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is room for more records. When there is none the log is full: who begins something new waits here, until
 * a look finds room.
 *
 * <p>Thread-safe; its lock is a leaf, and no file is looked at under it.
 */
final class DiskBudget {
    /** How much may be appended between two looks at the file system. */
    private static final long LOOK_BYTES = 4 << 20;

    private static final long RESERVE_BYTES_MAX = 256L << 20;

    /** How much more room there must be for a wait to end, so that it does not begin again at once. */
    private static final long MARGIN_BYTES_MAX = 8 << 20;

    private static final long WAIT_NANOS = 50_000_000;

    private final DataFolder data;
    private final long budgetBytes;
    private final long minFreeBytes;
    private final Clock clock;
    private final Supplier<Long> journalBytes;
    private final Object room = new Object();
    private volatile DiskUsage.@Nullable Full full;
    private long bytesSinceLook;

    /**
     * A budget.
     *
     * @param budgetBytes the most that the log may use, or {@code Long.MAX_VALUE}
     * @param minFreeBytes what must stay free on the file system
     * @param journalBytes what the journal takes
     */
    DiskBudget(DataFolder data, long budgetBytes, long minFreeBytes, Clock clock, Supplier<Long> journalBytes) {
        this.data = data;
        this.budgetBytes = budgetBytes;
        this.minFreeBytes = minFreeBytes;
        this.clock = clock;
        this.journalBytes = journalBytes;
    }

    long usedBytes() {
        return data.usedBytes().get() + data.trash().bytes() + journalBytes.get();
    }

    boolean isFull() {
        return full != null;
    }

    DiskUsage usage() {
        return new DiskUsage(
                usedBytes(),
                budgetBytes == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(budgetBytes),
                freeBytes(),
                minFreeBytes,
                Optional.ofNullable(full));
    }

    /** Takes note of an append; called under the append lock. */
    void appended(long bytes) {
        bytesSinceLook += bytes;
        if (bytesSinceLook >= LOOK_BYTES || usedBytes() >= limit()) {
            bytesSinceLook = 0;
            look();
        }
    }

    /** The disk refused a write. */
    void refused(IOException cause) {
        full("the disk refused a write (" + cause.getMessage() + ")");
    }

    /** Looks whether there is room, and lets producers wait or go on. What it says does not change while one limit is reached. */
    void look() {
        long margin = isFull() ? MARGIN_BYTES_MAX : 0;
        long used = usedBytes();
        long free = freeBytes();
        if (free < minFreeBytes + Math.min(margin, minFreeBytes / 16)) {
            full(minFreeBytes + " bytes must stay free on the file system of '" + data.root() + "'");
        } else if (used > limit() - Math.min(margin, budgetBytes / 16)) {
            full("it uses the " + budgetBytes + " bytes that it may use, but for its reserve");
        } else {
            goOn();
        }
    }

    /** Whether there is room for so many bytes that will soon free others; the reserve counts as room for them. */
    boolean hasRoomFor(long bytes) {
        return bytes <= budgetBytes - usedBytes() && bytes <= freeBytes() - minFreeBytes;
    }

    /** Where producers without a right to the reserve have to wait. */
    private long limit() {
        return budgetBytes == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : budgetBytes - Math.min(RESERVE_BYTES_MAX, budgetBytes / 16);
    }

    private long freeBytes() {
        try {
            return data.files().storage().usableBytes(data.root());
        } catch (IOException e) {
            // What cannot be looked at is no reason to stop; a write that is refused is.
            return Long.MAX_VALUE / 2;
        }
    }

    private void full(String reason) {
        synchronized (room) {
            DiskUsage.Full before = full;
            full = new DiskUsage.Full(before == null ? clock.instant() : before.since(), reason);
        }
    }

    private void goOn() {
        synchronized (room) {
            full = null;
            room.notifyAll();
        }
    }

    /**
     * Waits until there is room for something new.
     *
     * @param ended why the wait has to end, or null
     * @throws DiskBudgetException when the time of the options is over or the thread is interrupted
     */
    void awaitRoom(ProducerOptions options, Supplier<@Nullable RuntimeException> ended) {
        if (!isFull() || options.reserve()) {
            return;
        }
        long deadline = System.nanoTime() + options.maxBlock().toNanos();
        look();
        while (isFull()) {
            RuntimeException end = ended.get();
            if (end != null) {
                throw end;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0 || !await(left)) {
                throw refusal();
            }
            look();
        }
    }

    /** Waits for a moment or until there is room; false when the thread is interrupted. */
    private boolean await(long nanos) {
        long deadline = System.nanoTime() + Math.min(WAIT_NANOS, nanos);
        synchronized (room) {
            try {
                for (long left = 1; isFull() && left > 0; left = deadline - System.nanoTime()) {
                    room.wait(Math.max(
                            1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private LogException refusal() {
        DiskUsage.Full now = full;
        return new DiskBudgetException("nothing was appended: the log is full"
                + (now == null ? "" : " since " + now.since() + ", because " + now.reason())
                + "; it goes on by itself when there is room: delete topics, truncate them, give them a limit of retention,"
                + " or free space on the disk");
    }
}
