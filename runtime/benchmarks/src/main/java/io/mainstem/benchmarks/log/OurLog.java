package io.mainstem.benchmarks.log;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.log.embedded.Durability;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/** Ours, through its public door. */
final class OurLog {

    static final TopicPartition PARTITION = new TopicPartition("race", 0);
    private static final int COMMITS_UNDER_WAY = 4;

    private OurLog() {}

    static Log open(Path folder, Durability durability) {
        return EmbeddedLog.open(
                folder, EmbeddedLogOptions.builder().durability(durability).build());
    }

    static Log create(Path folder, Durability durability, TopicSettings settings) {
        Log log = open(folder, durability);
        log.admin().createTopic(PARTITION.topic(), 1, settings);
        return log;
    }

    /** Appends in transactions, a few of which are under way, and returns when all are acknowledged. */
    static void append(Log log, Payload payload, long records, int batchBytes, int recordsInTransaction) {
        try (Producer producer =
                log.producer(ProducerOptions.transactional("race").withBatchBytes(batchBytes))) {
            ArrayDeque<CompletableFuture<?>> underWay = new ArrayDeque<>();
            long number = 0;
            while (number < records) {
                Transaction transaction = producer.begin();
                long until = Math.min(records, number + recordsInTransaction);
                for (; number < until; number++) {
                    int content = Payload.content(number);
                    transaction.append(
                            PARTITION,
                            number,
                            payload.all,
                            payload.keyAt(content),
                            Payload.KEY_BYTES,
                            payload.all,
                            payload.valueAt(content),
                            payload.valueBytes,
                            Headers.EMPTY);
                }
                underWay.add(transaction.commit());
                if (underWay.size() > COMMITS_UNDER_WAY) {
                    underWay.remove().join();
                }
            }
            underWay.forEach(CompletableFuture::join);
        }
    }
}
