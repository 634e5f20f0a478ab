package io.mainstem.benchmarks.log;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.Durability;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteOptions;

/** Durable appends of 100 bytes: each is acknowledged after it was forced. */
final class DurableRace {

    private static final long ROUND_NANOS = 500_000_000;
    private static final int RECORD_BYTES = 100;
    private static final int PAGE = 4096;
    private static final int RAW_FILE_BYTES = 64 << 20;
    private static final int UNDER_WAY = 100_000;

    private DurableRace() {}

    /** So many threads, each of which waits for its acknowledgement before the next. */
    static Contest waiting(int threads) {
        Payload payload = new Payload(RECORD_BYTES);
        List<Contestant> others = new ArrayList<>();
        others.add(Contestant.of("write of 4 KiB and force, one thread", DurableRace::raw));
        others.add(Contestant.of("RocksDB with sync", () -> rocks(payload, threads)));
        return new Contest(
                "durable append, threads that wait: " + threads,
                "acknowledged/s",
                Contestant.of("Mainstem", () -> ours(payload, threads)),
                others);
    }

    /** One producer that does not wait. */
    static Contest asynchronous() {
        Payload payload = new Payload(RECORD_BYTES);
        return new Contest(
                "durable append, one producer, asynchronous",
                "acknowledged/s",
                Contestant.of("Mainstem", () -> oursAsynchronous(payload)),
                List.of(Contestant.of("write of 4 KiB and force, one thread", DurableRace::raw)));
    }

    private static double ours(Payload payload, int threads) throws Exception {
        Path folder = Folders.make("durable");
        double rate;
        try (Log log = OurLog.create(folder, Durability.DISK, TopicSettings.defaults())) {
            rate = together(threads, () -> {
                long done = 0;
                try (Producer producer = log.producer(ProducerOptions.idempotent())) {
                    for (long until = System.nanoTime() + ROUND_NANOS; System.nanoTime() < until; done++) {
                        int content = Payload.content(done);
                        producer.send(
                                        OurLog.PARTITION,
                                        0,
                                        payload.keys[content],
                                        payload.values[content],
                                        Headers.EMPTY)
                                .get();
                    }
                }
                return done;
            });
        }
        Folders.delete(folder);
        return rate;
    }

    private static double oursAsynchronous(Payload payload) throws Exception {
        Path folder = Folders.make("durable");
        double rate;
        try (Log log = OurLog.create(folder, Durability.DISK, TopicSettings.defaults());
                Producer producer = log.producer(ProducerOptions.idempotent())) {
            long start = System.nanoTime();
            long done = 0;
            ArrayDeque<CompletableFuture<Long>> underWay = new ArrayDeque<>();
            for (long until = start + 2 * ROUND_NANOS; System.nanoTime() < until; done++) {
                int content = Payload.content(done);
                underWay.add(producer.send(
                        OurLog.PARTITION, 0, payload.keys[content], payload.values[content], Headers.EMPTY));
                if (underWay.size() > UNDER_WAY) {
                    underWay.remove().join();
                }
            }
            producer.flush();
            rate = done * 1e9 / (System.nanoTime() - start);
        }
        Folders.delete(folder);
        return rate;
    }

    private static double rocks(Payload payload, int threads) throws Exception {
        Path folder = Folders.make("durable");
        double rate;
        try (Options options = new Options().setCreateIfMissing(true);
                WriteOptions synced = new WriteOptions().setSync(true);
                RocksDB database = RocksDB.open(options, folder.toString())) {
            rate = together(threads, () -> {
                long done = 0;
                for (long until = System.nanoTime() + ROUND_NANOS; System.nanoTime() < until; done++) {
                    int content = Payload.content(done);
                    database.put(synced, payload.keys[content], payload.values[content]);
                }
                return done;
            });
        }
        Folders.delete(folder);
        return rate;
    }

    private static double raw() throws Exception {
        Path folder = Folders.make("durable");
        double rate;
        try (FileChannel file =
                FileChannel.open(folder.resolve("raw"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < RAW_FILE_BYTES; at += zeros.capacity()) {
                file.write(zeros.clear(), at);
            }
            file.force(true);
            ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
            long start = System.nanoTime();
            long done = 0;
            for (long until = start + ROUND_NANOS; System.nanoTime() < until; done++) {
                file.write(page.clear(), done * PAGE % RAW_FILE_BYTES);
                file.force(false);
            }
            rate = done * 1e9 / (System.nanoTime() - start);
        }
        Folders.delete(folder);
        return rate;
    }

    private static double together(int threads, Callable<Long> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            long start = System.nanoTime();
            List<Future<Long>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(pool.submit(work));
            }
            long done = 0;
            for (Future<Long> future : futures) {
                done += future.get();
            }
            return done * 1e9 / (System.nanoTime() - start);
        } finally {
            pool.shutdown();
        }
    }
}
