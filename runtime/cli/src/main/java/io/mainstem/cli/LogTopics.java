package io.mainstem.cli;

import io.mainstem.log.DiskUsage;
import io.mainstem.log.Log;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.schema.Schemas;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds topics for commands, and says in one voice when one is not there. */
final class LogTopics {

    /** Topics of Mainstem's own. */
    private static final String INTERNAL = "__";

    private LogTopics() {}

    static TopicDescription get(Log log, String name) {
        return log.admin().topic(name).orElseThrow(() -> {
            List<String> names =
                    visible(log).stream().map(TopicDescription::name).toList();
            return CommandException.failed("there is no topic '" + name + "'; "
                    + (names.isEmpty() ? "there is none at all" : "there are " + String.join(", ", names)));
        });
    }

    /** A topic that is not Mainstem's own. */
    static TopicDescription getOrdinary(Log log, String name) {
        requireOrdinary(name);
        return get(log, name);
    }

    /** Refuses names of topics that are Mainstem's own, whether they are there or not. */
    static void requireOrdinary(String name) {
        if (isInternal(name)) {
            throw CommandException.failed("topic '" + name + "' is Mainstem's own, and stays as it is");
        }
    }

    static List<TopicDescription> visible(Log log) {
        return log.admin().topics().stream()
                .filter(topic -> !isInternal(topic.name()))
                .toList();
    }

    static boolean isInternal(String name) {
        return name.startsWith(INTERNAL);
    }

    static List<TopicPartition> partitions(TopicDescription topic) {
        return IntStream.range(0, topic.partitions())
                .mapToObj(number -> new TopicPartition(topic.name(), number))
                .toList();
    }

    static TopicPartition partition(TopicDescription topic, int number) {
        if (number < 0 || number >= topic.partitions()) {
            throw CommandException.usage("topic '" + topic.name() + "' has the partitions 0 to "
                    + (topic.partitions() - 1) + ", not " + number);
        }
        return new TopicPartition(topic.name(), number);
    }

    /** Why the log takes no records at the moment, if it does not. */
    static Optional<String> full(Log log) {
        return log.admin().diskUsage().flatMap(DiskUsage::full).map(full -> "the log is full: " + full.reason());
    }

    /** The schemas, if the log has any yet; looking must not make the topic for them. */
    static Optional<Schemas> schemas(Log log) {
        return log.admin().topic(Schemas.TOPIC).isPresent() ? Optional.of(Schemas.open(log)) : Optional.empty();
    }
}
