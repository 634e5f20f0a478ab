package io.mainstem.runtime.delivery;

import io.mainstem.api.Origin;
import io.mainstem.api.TopicPartition;
import io.mainstem.log.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What tells a record that is sent again from others: headers behind its own. It goes to one sink alone, by a topic of that
 * sink's: {@link #topic}.
 *
 * @param letter the id of the dead letter that it was
 * @param origin where it stood first
 * @param attempts how often it had been tried
 */
public record ReplayMark(String letter, Origin origin, int attempts) {

    /** The start of the names of the topics with what is sent again. */
    public static final String TOPIC_PREFIX = "__mainstem.replay.";

    private static final int TOPIC_NAME_MAX = 249;
    private static final String HEADER = "mainstem.replay";

    /** The topic from which a sink reads what is sent again of a topic. */
    public static String topic(String pipeline, String sink, String topic) {
        String name = TOPIC_PREFIX + pipeline + "." + sink + ".";
        return name.length() + topic.length() <= TOPIC_NAME_MAX ? name + topic : name + LetterCause.hash(topic);
    }

    /**
     * The topic of which a group's topic has what is sent again, or that topic itself when it is another one. A long name is cut in
     * the name of the topic for it, and stays cut.
     */
    public static String original(String group, String topic) {
        String prefix = TOPIC_PREFIX + group + ".";
        return topic.startsWith(prefix) ? topic.substring(prefix.length()) : topic;
    }

    /** A record's own headers, and behind them the mark. */
    Headers onto(Headers own) {
        TopicPartition partition = origin.partition();
        String text = Json.write(List.of(
                letter,
                partition.topic(),
                partition.topicId().toString(),
                partition.partition(),
                origin.offset(),
                origin.index(),
                attempts));
        return own.with(HEADER, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The mark of a record; empty when it has none. */
    public static Optional<ReplayMark> of(Headers headers) {
        return headers.last(HEADER).flatMap(bytes -> read(new String(bytes, StandardCharsets.UTF_8)));
    }

    private static Optional<ReplayMark> read(String text) {
        if (!(Json.read(text) instanceof List<?> all) || all.size() != 7) {
            return Optional.empty();
        }
        TopicPartition partition =
                new TopicPartition(text(all, 1), UUID.fromString(text(all, 2)), (int) number(all, 3));
        return Optional.of(new ReplayMark(
                text(all, 0), new Origin(partition, number(all, 4), (int) number(all, 5)), (int) number(all, 6)));
    }

    private static String text(List<?> all, int index) {
        return String.valueOf(all.get(index));
    }

    private static long number(List<?> all, int index) {
        return all.get(index) instanceof Number number ? number.longValue() : -1;
    }

    /** The headers that a record had of its own, without the mark. */
    public static Headers without(Headers headers) {
        List<Headers.Header> own = new ArrayList<>(headers.list());
        own.removeIf(header -> header.name().equals(HEADER));
        return own.size() == headers.list().size() ? headers : Headers.of(own);
    }
}
