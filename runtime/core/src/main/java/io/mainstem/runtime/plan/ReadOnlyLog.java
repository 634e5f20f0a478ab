package io.mainstem.runtime.plan;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Log;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;

/** A log that is read and not written, whoever tries: a plan changes nothing, be it by mistake. Thread-safe. */
record ReadOnlyLog(Log log) implements Log {

    @Override
    public LogAdmin admin() {
        return new ReadOnlyAdmin(log.admin());
    }

    @Override
    public Producer producer(ProducerOptions options) {
        throw refused();
    }

    @Override
    public GroupConsumer consumer(String group, ConsumerOptions options) {
        throw refused();
    }

    @Override
    public PartitionReader reader(TopicPartition partition, long offset) {
        return log.reader(partition, offset);
    }

    /** Leaves it open. */
    @Override
    public void close() {}

    static IllegalStateException refused() {
        return new IllegalStateException("a plan writes nothing");
    }
}
