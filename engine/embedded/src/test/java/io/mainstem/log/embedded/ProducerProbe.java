package io.mainstem.log.embedded;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Measures acknowledged records of 100 bytes a second with durability {@code DISK}: {@code java ... ProducerProbe [folder]}. */
final class ProducerProbe {
    private static final TopicPartition PARTITION = new TopicPartition("probe", 0);
    private static final byte[] VALUE = new byte[100];
    private static final byte[] NO_KEY = {};
    private static final Duration ROUND = Duration.ofMillis(700);

    private final Log log;
    private final Path folder;

    private ProducerProbe(Log log, Path folder) {
        this.log = log;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Path parent = Path.of(arguments.length > 0 ? arguments[0] : System.getProperty("java.io.tmpdir"));
        Path folder = Files.createTempDirectory(parent, "probe");
        try (Log log = EmbeddedLog.open(folder.resolve("log"), EmbeddedLogOptions.defaults())) {
            log.admin().createTopic(PARTITION.topic(), 1, TopicSettings.defaults());
            ProducerProbe probe = new ProducerProbe(log, folder);
            for (int pass = 0; pass < 4; pass++) {
                probe.run();
            }
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a))
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private void run() throws Exception {
        report("write 4 KiB + force", raw());
        report("send, wait for each", threads(1, this::sendAndWait));
        report("commit, wait for each", threads(1, this::commitAndWait));
        report("send and wait, 8 threads", threads(8, this::sendAndWait));
        report("send and wait, 64 threads", threads(64, this::sendAndWait));
        report("commit and wait, 8 threads", threads(8, this::commitAndWait));
        report("commit and wait, 64 threads", threads(64, this::commitAndWait));
        report("send, futures", threads(1, this::sendAll));
        report("append, flush", threads(1, this::appendAll));
        System.out.println();
    }

    private double raw() throws IOException {
        Path file = folder.resolve("raw");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            channel.write(ByteBuffer.allocate(32 << 20), 0);
            channel.force(true);
            ByteBuffer page = ByteBuffer.allocateDirect(4096);
            long start = System.nanoTime();
            long count = 0;
            while (System.nanoTime() - start < ROUND.toNanos()) {
                page.clear();
                channel.write(page, count % 8192 * 4096);
                channel.force(false);
                count++;
            }
            return count / ((System.nanoTime() - start) / 1e9);
        }
    }

    /** Appends until the time is over and returns how many records were acknowledged. */
    private interface Load {
        long run(long until);
    }

    private static double threads(int number, Load load) throws InterruptedException {
        AtomicLong acknowledged = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < number; i++) {
            Thread thread = new Thread(() -> acknowledged.addAndGet(load.run(start + ROUND.toNanos())));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return acknowledged.get() / ((System.nanoTime() - start) / 1e9);
    }

    private long sendAndWait(long until) {
        long count = 0;
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            while (System.nanoTime() < until) {
                producer.send(PARTITION, 0, null, VALUE, Headers.EMPTY).join();
                count++;
            }
        }
        return count;
    }

    private long commitAndWait(long until) {
        long count = 0;
        String id = "probe-" + Thread.currentThread().getId();
        try (Producer producer = log.producer(ProducerOptions.transactional(id))) {
            while (System.nanoTime() < until) {
                Transaction transaction = producer.begin();
                transaction.append(PARTITION, 0, null, VALUE, Headers.EMPTY);
                transaction.commit().join();
                count++;
            }
        }
        return count;
    }

    private long sendAll(long until) {
        AtomicLong acknowledged = new AtomicLong();
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            while (System.nanoTime() < until) {
                for (int i = 0; i < 100; i++) {
                    CompletableFuture<Long> future = producer.send(PARTITION, 0, null, VALUE, Headers.EMPTY);
                    var unused = future.thenAccept(offset -> acknowledged.setPlain(acknowledged.getPlain() + 1));
                }
            }
        }
        return acknowledged.get();
    }

    private long appendAll(long until) {
        long count = 0;
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            while (System.nanoTime() < until) {
                for (int i = 0; i < 100; i++) {
                    producer.append(PARTITION, 0, NO_KEY, 0, -1, VALUE, 0, VALUE.length, Headers.EMPTY);
                    count++;
                }
            }
            producer.flush();
        }
        return count;
    }

    private static void report(String what, double rate) {
        System.out.printf(Locale.ROOT, "%-28s %,12.0f records/s%n", what, rate);
    }
}
