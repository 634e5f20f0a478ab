package io.mainstem.runtime.worker;

import io.mainstem.api.Discovery;
import io.mainstem.api.Split;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of a source whose topics would have names that no topic can have, such as a table with a space in its name. They are never
 * read, and never forgotten: a source of which nothing was read before stops; any other reads its other streams, says each time it looks
 * which it does not read, and where its runs have an end, that end is an error. One thread.
 */
final class TopiclessStreams {

    private static final Logger LOGGER = LoggerFactory.getLogger(TopiclessStreams.class);

    private final String source;
    private Map<String, StopException> last = Map.of();

    /** Opens the way of a stream into its topic. */
    interface Ways {
        void open(String stream) throws Exception;
    }

    TopiclessStreams(String source) {
        this.source = source;
    }

    /**
     * What a discovery has but for those.
     *
     * @param suspects the streams whose own names lead to no topic; where steps give them others, their ways open
     * @param isNew whether the source has read nothing before
     * @throws StopException when one has no topic, and nothing was read before
     */
    Discovery leftOutOf(Discovery found, Set<String> suspects, boolean isNew, Ways ways) throws Exception {
        Map<String, StopException> none = new LinkedHashMap<>();
        for (String stream : suspects) {
            try {
                ways.open(stream);
            } catch (StopException e) {
                if (!e.code().equals(StreamRoute.WRONG_NAME)) {
                    throw e;
                }
                none.put(stream, e);
            }
        }
        last = none;
        if (none.isEmpty()) {
            return found;
        }
        if (isNew) {
            throw failure().orElseThrow();
        }
        LOGGER.error(
                "source {} goes on without some of its streams: {}",
                source,
                Failure.of(failure().orElseThrow()));
        return without(found, none.keySet());
    }

    /** The names of the streams of a discovery. */
    static Set<String> names(Discovery found) {
        Set<String> names = new LinkedHashSet<>();
        found.streams().forEach(stream -> names.add(stream.name()));
        found.splits().forEach(split -> names.add(split.stream()));
        return names;
    }

    private static Discovery without(Discovery found, Set<String> streams) {
        List<StreamSchema> otherStreams = found.streams().stream()
                .filter(stream -> !streams.contains(stream.name()))
                .toList();
        List<Split> splits = found.splits().stream()
                .filter(split -> !streams.contains(split.stream()))
                .toList();
        Map<String, Discovery.Deletes> deletes = new LinkedHashMap<>(found.findDeletes());
        deletes.keySet().removeAll(streams);
        Discovery rest = Discovery.of(otherStreams, splits).andFindDeletes(deletes);
        return found.again().map(rest::andAgainAfter).orElse(rest);
    }

    /** That the last discovery had such streams. */
    Optional<StopException> failure() {
        return last.values().stream().findFirst().map(first -> {
            String others = last.keySet().stream()
                    .skip(1)
                    .map(stream -> "'" + stream + "'")
                    .collect(Collectors.joining(", "));
            return new StopException(
                    first.code(),
                    first.getMessage() + (others.isEmpty() ? "" : "; so is that of " + others),
                    first.whatToDo());
        });
    }
}
