package io.mainstem.cli;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Log;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;

/** A log that another closes. Thread-safe. */
record SharedLog(Log log) implements Log {

    @Override
    public LogAdmin admin() {
        return log.admin();
    }

    @Override
    public Producer producer(ProducerOptions options) {
        return log.producer(options);
    }

    @Override
    public GroupConsumer consumer(String group, ConsumerOptions options) {
        return log.consumer(group, options);
    }

    @Override
    public PartitionReader reader(TopicPartition partition, long offset) {
        return log.reader(partition, offset);
    }

    /** Leaves it open. */
    @Override
    public void close() {}
}
