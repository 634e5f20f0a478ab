package io.mainstem.runtime.worker;

import io.mainstem.api.Discovery;
import io.mainstem.api.Split;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.runtime.schema.Schemas;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of a source that are held back, so that they do not stop the others, and why: those whose topics would have names that no topic
 * can have, such as a table with a space in its name, those that have changed in a way that their topics do not take, and those that their readers
 * cannot read. Each discovery looks whether that still holds, but for what does not end by itself: that holds for as long as the task, or to the
 * end of the run. The status names them all the time, the log when there is news, and where the runs of the source have an end, that end is an
 * error. It lives as long as the task of the source, so that a session begins without what held up the one before. Thread-safe.
 */
final class HeldStreams {

    private static final Logger LOGGER = LoggerFactory.getLogger(HeldStreams.class);

    private final String source;
    private final TaskStatus status;
    private final Map<String, StopException> nameless = new LinkedHashMap<>();
    private final Map<String, StreamRefusal> refused = new LinkedHashMap<>();
    private final Map<String, StopException> unreadable = new LinkedHashMap<>();
    private Map<String, String> said = Map.of();

    /** Opens the way of a stream into its topic. */
    interface Ways {
        void open(String stream) throws Exception;
    }

    HeldStreams(String source, TaskStatus status) {
        this.source = source;
        this.status = status;
    }

    /**
     * What a discovery has but for those.
     *
     * @param suspects the streams whose own names lead to no topic; where steps give them others, their ways open
     * @param isNew whether the source has read nothing before
     * @throws StopException when one has no topic, and nothing was read before
     */
    synchronized Discovery leftOutOf(Discovery found, Set<String> suspects, boolean isNew, Schemas schemas, Ways ways)
            throws Exception {
        lookForNames(suspects, ways);
        if (isNew && !nameless.isEmpty()) {
            throw ofNames().orElseThrow();
        }
        Map<String, StreamSchema> streams =
                found.streams().stream().collect(Collectors.toMap(StreamSchema::name, stream -> stream, (a, b) -> b));
        refused.values()
                .removeIf(refusal -> !Objects.equals(
                                refusal.stream(), streams.get(refusal.stream().name()))
                        || !refusal.holds(schemas));
        Set<String> names = names(found);
        unreadable.entrySet().removeIf(entry -> entry.getValue().endsByItself() && names.contains(entry.getKey()));
        say();
        return isEmpty() ? found : without(found);
    }

    private void lookForNames(Set<String> suspects, Ways ways) throws Exception {
        nameless.clear();
        for (String stream : suspects) {
            try {
                ways.open(stream);
            } catch (StopException e) {
                if (!e.code().equals(StreamRoute.WRONG_NAME)) {
                    throw e;
                }
                nameless.put(stream, e);
            }
        }
    }

    /** From now on a stream is held back, which its topic has refused. */
    synchronized void hold(StreamRefusal refusal) {
        refused.put(refusal.stream().name(), refusal);
        say();
    }

    /** From now on a stream is held back, which its reader cannot read. */
    synchronized void hold(String stream, StopException why) {
        unreadable.put(stream, why);
        say();
    }

    /** Whether there are any. */
    synchronized boolean isEmpty() {
        return nameless.isEmpty() && refused.isEmpty() && unreadable.isEmpty();
    }

    /** Tells the status what there is, and the log what is new. */
    private void say() {
        List<TaskStatus.Held> all = new ArrayList<>();
        nameless.forEach((stream, why) -> all.add(new TaskStatus.Held(stream, Failure.of(why))));
        refused.forEach((stream, why) -> all.add(new TaskStatus.Held(stream, Failure.of(why.exception()))));
        unreadable.forEach((stream, why) -> all.add(new TaskStatus.Held(stream, Failure.of(toldOf(why)))));
        status.held(all);
        Map<String, String> now = new LinkedHashMap<>();
        for (TaskStatus.Held held : all) {
            String why = held.why().toString();
            now.put(held.stream(), why);
            if (!why.equals(said.get(held.stream()))) {
                LOGGER.error("source {} goes on without the stream '{}': {}", source, held.stream(), why);
            }
        }
        said.keySet().stream()
                .filter(stream -> !now.containsKey(stream))
                .forEach(
                        stream -> LOGGER.warn("source {} does not hold the stream '{}' back any more", source, stream));
        said = now;
    }

    private static StopException toldOf(StopException why) {
        return why.endsByItself()
                ? new StopException(
                        why.code(),
                        String.valueOf(why.getMessage()),
                        why.whatToDo() + "; it is read again by itself then, within a minute")
                : why;
    }

    /** The names of the streams of a discovery. */
    static Set<String> names(Discovery found) {
        Set<String> names = new LinkedHashSet<>();
        found.streams().forEach(stream -> names.add(stream.name()));
        found.splits().forEach(split -> names.add(split.stream()));
        return names;
    }

    private boolean isHeld(String stream) {
        return nameless.containsKey(stream) || refused.containsKey(stream) || unreadable.containsKey(stream);
    }

    private Discovery without(Discovery found) {
        List<StreamSchema> otherStreams = found.streams().stream()
                .filter(stream -> !isHeld(stream.name()))
                .toList();
        List<Split> splits =
                found.splits().stream().filter(split -> !isHeld(split.stream())).toList();
        Map<String, Discovery.Deletes> deletes = new LinkedHashMap<>(found.findDeletes());
        deletes.keySet().removeIf(this::isHeld);
        Discovery rest = Discovery.of(otherStreams, splits).andFindDeletes(deletes);
        return found.again().map(rest::andAgainAfter).orElse(rest);
    }

    /** That there are such streams, at the end of a run; the next tries those again that could not be read. */
    synchronized Optional<StopException> endOfRun() {
        Optional<StopException> failure = ofNames().or(this::ofRefusals).or(this::ofUnreadable);
        unreadable.clear();
        return failure;
    }

    private Optional<StopException> ofNames() {
        return nameless.values().stream().findFirst().map(first -> {
            String message = first.getMessage() + others(nameless.keySet(), "; so is that of ");
            return new StopException(
                    first.code(),
                    message
                            + all(refused.keySet(), "; its topic does not take ")
                            + all(unreadable.keySet(), "; held back, too: "),
                    first.whatToDo());
        });
    }

    private Optional<StopException> ofRefusals() {
        return refused.values().stream()
                .findFirst()
                .map(first -> new StopException(
                        "topic.schema",
                        first.exception().getMessage()
                                + others(refused.keySet(), "; held back, too: ")
                                + all(unreadable.keySet(), "; held back, too: "),
                        ""));
    }

    private Optional<StopException> ofUnreadable() {
        return unreadable.values().stream()
                .findFirst()
                .map(first -> new StopException(
                        first.code(),
                        first.getMessage() + others(unreadable.keySet(), "; held back, too: "),
                        first.whatToDo()));
    }

    private static String others(Set<String> streams, String before) {
        return all(streams.stream().skip(1).collect(Collectors.toCollection(LinkedHashSet::new)), before);
    }

    private static String all(Set<String> streams, String before) {
        return streams.isEmpty()
                ? ""
                : streams.stream().map(stream -> "'" + stream + "'").collect(Collectors.joining(", ", before, ""));
    }
}
