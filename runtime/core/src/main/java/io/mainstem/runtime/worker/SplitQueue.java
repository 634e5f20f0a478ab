package io.mainstem.runtime.worker;

import io.mainstem.api.Split;
import io.mainstem.runtime.delivery.SourceState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The splits of a session that are not at their end: some waiting, some with an open reader. Gives them out in turn, and opens
 * no more readers than {@value #OPEN_MAX} at a time. One thread.
 */
final class SplitQueue {

    /** The most readers that are open at the same time; each may hold a file or a connection. */
    static final int OPEN_MAX = 64;

    private final SourceState state;
    private final Map<String, SplitRun> all = new LinkedHashMap<>();
    private final ArrayDeque<SplitRun> waiting = new ArrayDeque<>();
    private final ArrayDeque<SplitRun> open = new ArrayDeque<>();

    SplitQueue(SourceState state) {
        this.state = state;
    }

    void addAll(Collection<Split> splits) {
        for (Split split : splits) {
            if (!all.containsKey(split.id())) {
                SplitRun run = new SplitRun(split);
                all.put(split.id(), run);
                waiting.addLast(run);
            }
        }
    }

    /** The one to poll now: one that has emitted past its checkpoint first, then open ones in turn, then the next waiting one. */
    Optional<SplitRun> next(Instant now) {
        for (SplitRun run : open) {
            if (run.isPastCheckpoint() && !run.due().isAfter(now)) {
                return Optional.of(run);
            }
        }
        for (int i = open.size(); i > 0; i--) {
            SplitRun run = open.removeFirst();
            open.addLast(run);
            if (!run.due().isAfter(now)) {
                return Optional.of(run);
            }
        }
        if (open.size() >= OPEN_MAX) {
            return Optional.empty();
        }
        Optional<SplitRun> first =
                waiting.stream().filter(run -> isReady(run, now)).findFirst();
        first.ifPresent(run -> {
            waiting.remove(run);
            open.addLast(run);
        });
        return first;
    }

    private boolean isReady(SplitRun run, Instant now) {
        return !run.due().isAfter(now)
                && run.split().after().stream().allMatch(id -> !all.containsKey(id) && state.isFinished(id));
    }

    /**
     * Open splits that are idle give their places to as many that wait and are ready; they are due when they said, and the caller
     * closes their readers.
     */
    List<SplitRun> evictIdle(Instant now) {
        List<SplitRun> evicted = new ArrayList<>();
        if (open.size() < OPEN_MAX) {
            return evicted;
        }
        long ready = waiting.stream().filter(run -> isReady(run, now)).count();
        for (SplitRun run : open) {
            if (evicted.size() < ready && run.due().isAfter(now) && !run.isPastCheckpoint()) {
                evicted.add(run);
            }
        }
        open.removeAll(evicted);
        waiting.addAll(evicted);
        return evicted;
    }

    void remove(SplitRun run) {
        all.remove(run.split().id());
        if (!open.remove(run)) {
            waiting.remove(run);
        }
    }

    /** Those of a stream. */
    List<SplitRun> of(String stream) {
        return all.values().stream()
                .filter(run -> run.split().stream().equals(stream))
                .toList();
    }

    List<SplitRun> opened() {
        return new ArrayList<>(open);
    }

    /** Whether at most this one could be polled: then its reader may take its time. */
    boolean isAlone() {
        return all.size() == 1;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Of the splits that have to wait for something the one that waits shortest, of those that were refused first. */
    Optional<SplitRun> firstPaused() {
        return Stream.concat(open.stream(), waiting.stream())
                .filter(run -> run.pause().isPresent())
                .min(Comparator.comparing((SplitRun run) -> !run.isRefused()).thenComparing(SplitRun::due));
    }

    /** The earliest moment after this one at which a split wants to be polled. */
    Optional<Instant> nextDue(Instant now) {
        return Stream.concat(open.stream(), waiting.stream())
                .map(SplitRun::due)
                .filter(due -> due.isAfter(now))
                .min(Instant::compareTo);
    }
}
