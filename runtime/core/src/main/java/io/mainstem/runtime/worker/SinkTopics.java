package io.mainstem.runtime.worker;

import io.mainstem.log.Log;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSelection;
import io.mainstem.runtime.delivery.ReplayMark;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The topics that a sink reads: those that its pipeline names, those there are now that its patterns take, and for each the one with
 * dead letters that are sent again, once there is such a one. To the sink both are parts of the same topic. Thread-safe.
 */
final class SinkTopics {

    private final Log log;
    private final Pipeline pipeline;
    private final SinkSpec sink;
    private final TopicSelection selection;
    /** The topics of those with letters that were seen. */
    private final Map<String, String> originals = new ConcurrentHashMap<>();

    SinkTopics(Pipeline pipeline, SinkSpec sink, Log log) {
        this.pipeline = pipeline;
        this.sink = sink;
        this.log = log;
        this.selection = pipeline.selection(sink);
    }

    /** The names of all that there are now, and of those that the pipeline names. */
    List<String> present() {
        List<String> topics = selection.in(log.admin());
        List<String> all = new ArrayList<>(topics);
        topics.stream()
                .map(this::replay)
                .filter(replay -> log.admin().topic(replay).isPresent())
                .forEach(all::add);
        return all;
    }

    private String replay(String topic) {
        String replay = ReplayMark.topic(pipeline.name(), sink.name(), topic);
        originals.put(replay, topic);
        return replay;
    }

    /** Whether it reads a topic, there or not; of one with letters, once it has come to be. */
    boolean areOf(String topic) {
        return selection.contains(topic) || originals.containsKey(topic);
    }

    /** The topic that a topic's records belong to. */
    String original(String topic) {
        return originals.getOrDefault(topic, topic);
    }

    /** A partition of the log as the sink knows it. */
    io.mainstem.api.TopicPartition toSink(TopicPartition partition) {
        TopicDescription topic = log.admin().topic(partition.topic()).orElseThrow();
        return new io.mainstem.api.TopicPartition(
                original(partition.topic()),
                topic.id(),
                partition.partition(),
                originals.containsKey(partition.topic()));
    }

    /** A partition that the sink knows as it is in the log. */
    TopicPartition inLog(io.mainstem.api.TopicPartition partition) {
        return new TopicPartition(
                partition.isReplay() ? replay(partition.topic()) : partition.topic(), partition.partition());
    }
}
