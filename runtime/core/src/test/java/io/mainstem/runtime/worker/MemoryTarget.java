package io.mainstem.runtime.worker;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Capabilities;
import io.mainstem.api.Capability;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.Row;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A target in memory that keeps its offsets with its rows; it outlives the sinks that write it, as a database does. */
final class MemoryTarget implements SinkFactory {

    private final boolean ownsOffsets;
    final List<Message> rows = new CopyOnWriteArrayList<>();
    final Map<TopicPartition, SinkOffset> ledger = new HashMap<>();
    final AtomicInteger flushes = new AtomicInteger();
    private final Set<Integer> failFlush = new HashSet<>();
    private final Set<Long> badNumbers = ConcurrentHashMap.newKeySet();
    private final Set<Long> choking = ConcurrentHashMap.newKeySet();
    private final AtomicInteger broken = new AtomicInteger();
    private final AtomicInteger putOffs = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();
    final CountDownLatch hanging = new CountDownLatch(1);
    private volatile Runnable onWrite = () -> {};
    private volatile Runnable onIdle = () -> {};
    private volatile Optional<Duration> putOffFor = Optional.empty();
    private volatile boolean refuses;
    private volatile long resumeNanos;
    private volatile boolean hasPutOff;
    private volatile boolean hangs;

    MemoryTarget(boolean ownsOffsets) {
        this.ownsOffsets = ownsOffsets;
    }

    /** The flush of that number (from 1) throws, after the target has taken everything when {@code afterCommit}. */
    MemoryTarget failFlush(int number) {
        failFlush.add(number);
        return this;
    }

    MemoryTarget refuse(long number) {
        badNumbers.add(number);
        return this;
    }

    /** A batch with this number makes it throw, and it does not say why. */
    MemoryTarget chokeOn(long number) {
        choking.add(number);
        return this;
    }

    /** Nothing makes it refuse or throw any more. */
    void mend() {
        badNumbers.clear();
        choking.clear();
    }

    /** So many flushes write nothing and ask for all of it again, once something else had its turn. */
    MemoryTarget putOff(int count) {
        putOffs.set(count);
        return this;
    }

    /** So many writes throw, whatever they have. */
    MemoryTarget breakFor(int count) {
        broken.set(count);
        return this;
    }

    /** Runs at each write. */
    MemoryTarget onWrite(Runnable action) {
        onWrite = action;
        return this;
    }

    /** Says that it has to wait for this long each time it puts off what it was given. */
    MemoryTarget putOffFor(Duration time) {
        putOffFor = Optional.of(time);
        return this;
    }

    /** Says that it was refused, and is to be asked again after this time, each time it puts off what it was given. */
    MemoryTarget refuseFor(Duration time) {
        refuses = true;
        return putOffFor(time);
    }

    /** Runs whenever nothing came for a while. */
    MemoryTarget onIdle(Runnable action) {
        onIdle = action;
        return this;
    }

    /** Every flush hangs until it is cancelled, whatever interrupts it. */
    MemoryTarget hangInFlush() {
        hangs = true;
        return this;
    }

    /** Whether it has put off anything. */
    boolean hasPutOff() {
        return hasPutOff;
    }

    List<Long> numbers() {
        return rows.stream().map(MemoryTarget::number).toList();
    }

    private static long number(Message message) {
        return ((Row) java.util.Objects.requireNonNull(message.value())).longAt(1);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String summary() {
        return "Rows in memory";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Capabilities capabilities(Config config) {
        return ownsOffsets ? Capabilities.of(Capability.OWNS_OFFSETS) : Capabilities.of();
    }

    /** The topic of all that its sinks publish. */
    static final String ANSWERS = "shop.answers";

    @Override
    public List<String> publishedTopics(Config config) {
        return List.of(ANSWERS);
    }

    @Override
    public Sink create(Config config, Context context) {
        return new Writer();
    }

    private final class Writer implements Sink {
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private final List<Message> pending = new ArrayList<>();
        private final Map<TopicPartition, SinkOffset> pendingOffsets = new HashMap<>();
        private final Set<TopicPartition> paused = new HashSet<>();
        private SinkContext runtime;

        @Override
        public Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext context) {
            runtime = context;
            Map<TopicPartition, SinkOffset> known = new HashMap<>(ownsOffsets ? ledger : Map.of());
            known.keySet().retainAll(added);
            return known;
        }

        private void awaitCancelled() {
            while (cancelled.getCount() > 0) {
                try {
                    cancelled.await();
                } catch (InterruptedException e) {
                    // as a driver that waits for its socket does, it waits on
                }
            }
        }

        @Override
        public void idle() {
            onIdle.run();
            if (putOffFor.isPresent() && System.nanoTime() - resumeNanos < 0) {
                return;
            }
            paused.forEach(runtime::resume);
            paused.clear();
        }

        private void putOff() {
            hasPutOff = true;
            for (TopicPartition partition : pendingOffsets.keySet()) {
                runtime.rewind(
                        partition,
                        ledger.containsKey(partition) ? ledger.get(partition).next() : 0);
                if (putOffFor.isPresent()) {
                    if (refuses) {
                        runtime.refused(partition, putOffFor.get(), "the target is full");
                    } else {
                        runtime.pause(partition, putOffFor.get(), "the target has asked for it");
                    }
                    resumeNanos = System.nanoTime() + putOffFor.get().toNanos();
                } else {
                    runtime.pause(partition);
                }
                paused.add(partition);
            }
            pending.clear();
            pendingOffsets.clear();
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }

        @Override
        public void reset(Map<TopicPartition, SinkOffset> offsets) {
            ledger.putAll(offsets);
        }

        @Override
        public void write(SinkBatch batch) {
            onWrite.run();
            if (!batch.messages().isEmpty()) {
                writes.incrementAndGet();
                if (broken.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new IllegalStateException("broken");
                }
            }
            Map<Origin, Exception> bad = new HashMap<>();
            for (Message message : batch.messages()) {
                if (badNumbers.contains(number(message))) {
                    bad.put(message.origin().orElseThrow(), new IllegalArgumentException("refused " + number(message)));
                }
            }
            if (!bad.isEmpty()) {
                pending.clear();
                pendingOffsets.clear();
                throw new BadRecordsException(bad);
            }
            if (batch.messages().stream().anyMatch(message -> choking.contains(number(message)))) {
                throw new IllegalStateException("something is wrong");
            }
            pending.addAll(batch.messages());
            pendingOffsets.put(batch.partition(), new SinkOffset(batch.nextOffset(), batch.leaderEpoch()));
        }

        @Override
        public void flush() {
            if (hangs) {
                hanging.countDown();
                awaitCancelled();
                throw new IllegalStateException("cancelled");
            }
            if (putOffs.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                putOff();
                return;
            }
            boolean fails = failFlush.contains(flushes.incrementAndGet());
            rows.addAll(pending);
            ledger.putAll(pendingOffsets);
            pending.clear();
            pendingOffsets.clear();
            if (fails) {
                throw new IllegalStateException("the answer to the commit was lost");
            }
        }
    }
}
