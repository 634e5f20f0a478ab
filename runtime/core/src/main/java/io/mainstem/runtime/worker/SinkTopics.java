package io.mainstem.runtime.worker;

import io.mainstem.log.Log;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.delivery.ReplayMark;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The topics that a sink reads: those of its pipeline, and for each the one with dead letters that are sent again, once there is
 * such a one. To the sink both are parts of the same topic. Thread-safe.
 */
final class SinkTopics {

    private final Log log;
    private final List<String> named;
    private final Map<String, String> replays = new LinkedHashMap<>();
    private final Map<String, String> originals = new LinkedHashMap<>();

    SinkTopics(Pipeline pipeline, SinkSpec sink, Log log) {
        this.log = log;
        this.named = sink.topics();
        for (String topic : named) {
            String replay = ReplayMark.topic(pipeline.name(), sink.name(), topic);
            replays.put(topic, replay);
            originals.put(replay, topic);
        }
    }

    /** The names of all that there are now, and of those that the pipeline names. */
    List<String> present() {
        List<String> all = new ArrayList<>(named);
        replays.values().stream()
                .filter(replay -> log.admin().topic(replay).isPresent())
                .forEach(all::add);
        return all;
    }

    /** The names of all that there may come to be. */
    List<String> possible() {
        List<String> all = new ArrayList<>(named);
        all.addAll(replays.values());
        return all;
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
        String topic = partition.topic();
        return new TopicPartition(
                partition.isReplay() ? replays.getOrDefault(topic, topic) : topic, partition.partition());
    }
}
