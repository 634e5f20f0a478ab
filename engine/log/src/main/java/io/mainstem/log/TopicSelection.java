package io.mainstem.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Which topics are meant, also those that are not there yet: a list of names; of patterns, in which {@code *} stands for any letters or
 * none; and of names and patterns with a {@code !} in front, which patterns do not take. No pattern takes a topic whose name begins with
 * two underscores. Immutable.
 *
 * @param entries as they are written, in any order
 */
public record TopicSelection(List<String> entries) {

    private static final String RESERVED = "__";

    /** Takes a copy. */
    public TopicSelection {
        entries = List.copyOf(entries);
    }

    /** One of these entries. */
    public static TopicSelection of(Collection<String> entries) {
        return new TopicSelection(List.copyOf(entries));
    }

    /** Whether an entry leaves topics out. */
    public static boolean isExclusion(String entry) {
        return entry.startsWith("!");
    }

    /** Whether an entry takes what there is of a kind. */
    public static boolean isPattern(String entry) {
        return !isExclusion(entry) && entry.indexOf('*') >= 0;
    }

    /** The topics that are named in full. */
    public List<String> names() {
        return entries.stream()
                .filter(entry -> !isPattern(entry) && !isExclusion(entry))
                .toList();
    }

    /** The patterns. */
    public List<String> patterns() {
        return entries.stream().filter(TopicSelection::isPattern).toList();
    }

    /** Whether a topic is one of those that are meant. */
    public boolean contains(String topic) {
        return entries.contains(topic) || isTaken(topic) && !isLeftOut(topic);
    }

    private boolean isTaken(String topic) {
        return !topic.startsWith(RESERVED)
                && entries.stream().anyMatch(entry -> isPattern(entry) && matches(entry, topic));
    }

    private boolean isLeftOut(String topic) {
        return entries.stream().anyMatch(entry -> isExclusion(entry) && matches(entry.substring(1), topic));
    }

    /** Those that are named, there or not, and behind them those of the given ones that patterns take, in order of their names. */
    public List<String> in(Collection<String> topics) {
        List<String> all = new ArrayList<>(names());
        topics.stream()
                .filter(topic -> !entries.contains(topic) && contains(topic))
                .sorted()
                .forEach(all::add);
        return all;
    }

    /** The same of the topics that the log has now. */
    public List<String> in(LogAdmin admin) {
        return patterns().isEmpty()
                ? names()
                : in(admin.topics().stream().map(TopicDescription::name).toList());
    }

    /** The same selection that leaves these out of what its patterns take. */
    public TopicSelection without(Collection<String> topics) {
        if (patterns().isEmpty()) {
            return this;
        }
        List<String> more = new ArrayList<>(entries);
        topics.forEach(topic -> more.add("!" + topic));
        return new TopicSelection(more);
    }

    /** Whether a text is as a pattern says, of which every {@code *} stands for any letters or none. */
    static boolean matches(String pattern, String text) {
        int at = 0;
        int from = 0;
        int star = -1;
        int resume = 0;
        while (from < text.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                resume = from;
            } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(from)) {
                at++;
                from++;
            } else if (star >= 0) {
                at = star + 1;
                from = ++resume;
            } else {
                return false;
            }
        }
        return pattern.substring(at).chars().allMatch(letter -> letter == '*');
    }
}
