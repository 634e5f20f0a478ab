package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What some threads move through the log, counted together and told every second. */
final class Measurement {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
    private static final String[] NAMES = {"p50", "p90", "p99", "p99.9", "max"};

    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LatencyHistogram latencies = new LatencyHistogram();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private long nanos;

    /** The work of one thread. */
    interface Work {
        void run() throws Exception;
    }

    /** Takes note of records that are done; any thread may call it. */
    void done(long moreRecords, long moreBytes) {
        records.add(moreRecords);
        bytes.add(moreBytes);
    }

    /** Takes note of a latency; any thread may call it. */
    void latency(long nanosTaken) {
        latencies.record(nanosTaken);
    }

    /** Whether a thread has failed, so that the others need not go on. */
    boolean hasFailed() {
        return failure.get() != null;
    }

    /**
     * Runs each work on a thread of its own, and says every second how it goes, until all have ended.
     *
     * @param hindrance what they wait for at the moment; an empty text if for nothing
     */
    void run(List<Work> works, Supplier<String> hindrance, Console console) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(works.size());
        List<Thread> threads = new ArrayList<>();
        for (Work work : works) {
            Thread thread = new Thread(() -> run(work, running), "mainstem-perf-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
        }
        long begin = System.nanoTime();
        threads.forEach(Thread::start);
        long second = 1;
        long recordsBefore = 0;
        long bytesBefore = 0;
        while (!running.await(begin + second * 1_000_000_000L - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            long recordsNow = records.sum();
            long bytesNow = bytes.sum();
            console.say(
                    second + " s: " + rates(recordsNow - recordsBefore, bytesNow - bytesBefore, 1) + hindrance.get());
            recordsBefore = recordsNow;
            bytesBefore = bytesNow;
            second++;
        }
        nanos = System.nanoTime() - begin;
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw CommandException.failed("the measurement failed: " + thrown.getMessage());
        }
        console.say("all: " + rates(records.sum(), bytes.sum(), nanos / 1e9) + latencies());
    }

    private void run(Work work, CountDownLatch running) {
        try {
            work.run();
        } catch (Exception | Error e) {
            failure.compareAndSet(null, e);
        } finally {
            running.countDown();
        }
    }

    private static String rates(long records, long bytes, double seconds) {
        return Units.count(Math.round(records / seconds)) + " records/s, "
                + String.format(Locale.ROOT, "%.1f MB/s", bytes / seconds / 1e6);
    }

    private String latencies() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < NAMES.length; i++) {
            text.append(i == 0 ? ", latency " : ", ").append(NAMES[i]).append(' ');
            text.append(String.format(Locale.ROOT, "%.2f ms", latencies.millis(PERCENTILES[i])));
        }
        return text.toString();
    }

    /** The result for programs: what was measured with which settings. */
    ObjectNode result(ObjectNode settings) {
        double seconds = nanos / 1e9;
        settings.put("records", records.sum())
                .put("bytes", bytes.sum())
                .put("seconds", rounded(seconds))
                .put("recordsPerSecond", Math.round(records.sum() / seconds))
                .put("megabytesPerSecond", rounded(bytes.sum() / seconds / 1e6));
        ObjectNode percentiles = settings.putObject("latencyMillis");
        for (int i = 0; i < NAMES.length; i++) {
            percentiles.put(NAMES[i], latencies.millis(PERCENTILES[i]));
        }
        return settings;
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
