package io.mainstem.runtime.delivery;

import io.mainstem.api.Origin;
import io.mainstem.log.LiveGroup;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps a replay from doing harm: from writing what the sink has still to write by itself, from overwriting what came later
 * with what came before, and from waiting for ever for a sink that is no more. For one thread.
 */
final class ReplayGuard {

    private final Log log;
    private final boolean force;
    private final Set<String> notLanded = new HashSet<>();
    private final Map<Letter, String> refusals = new LinkedHashMap<>();

    /**
     * A guard.
     *
     * @param all every letter there is: the records of those that are not replayed have not landed
     * @param force whether overwriting and waiting are wanted
     */
    ReplayGuard(Log log, List<Letter> all, boolean force) {
        this.log = log;
        this.force = force;
        for (Letter letter : all) {
            if (letter.state() != LetterState.REPLAYED) {
                notLanded.add(letter.id());
            }
        }
    }

    private record Place(DeadLetter.Owner owner, io.mainstem.api.TopicPartition partition) {}

    /** The letters that must not be sent, and why. */
    Map<Letter, String> refusals(List<Replay.ToSink> outgoing) {
        Map<Place, List<Replay.ToSink>> byPlace = new LinkedHashMap<>();
        for (Replay.ToSink each : outgoing) {
            byPlace.computeIfAbsent(
                            new Place(each.letter().owner(), each.origin().partition()), place -> new ArrayList<>())
                    .add(each);
        }
        byPlace.forEach(this::check);
        return refusals;
    }

    private void check(Place place, List<Replay.ToSink> outgoing) {
        TopicPartition partition =
                new TopicPartition(place.partition().topic(), place.partition().partition());
        boolean isBackfill = BackfillName.isOne(place.owner().name());
        if (!force && !isBackfill && !isDeployed(place)) {
            refuse(
                    outgoing,
                    "no pipeline has a sink '" + place.owner() + "' that reads topic '" + partition.topic()
                            + "' (any more), and it would wait for one; run that pipeline again first, or --force sends it"
                            + " all the same");
            return;
        }
        Optional<TopicDescription> topic = log.admin().topic(partition.topic());
        boolean isSame = topic.filter(
                        found -> found.id().equals(place.partition().topicId()))
                .isPresent();
        if (!isSame) {
            if (!force) {
                refuse(
                        outgoing,
                        "its topic '" + partition.topic() + "' was deleted"
                                + (topic.isPresent() ? " and made anew" : "")
                                + ", so that nobody can tell whether a later record has landed; --force sends it all the same");
            }
            return;
        }
        long committed = committed(place, partition);
        if (isBackfill && committed < 0) {
            if (!force) {
                refuse(
                        outgoing,
                        "how far the backfill '" + place.owner()
                                + "' came is not known (any more); give the same backfill"
                                + " command again and let it end, then --force sends it");
            }
            return;
        }
        List<Replay.ToSink> passed = new ArrayList<>(outgoing);
        passed.removeIf(each -> each.origin().offset() >= committed);
        outgoing.stream()
                .filter(each -> !passed.contains(each))
                .forEach(each -> refusals.put(
                        each.letter(),
                        "its sink has not gone past it yet, and will meet it again by itself; let the sink run first"));
        if (!force) {
            checkLater(place, partition, passed, committed);
        }
    }

    /** Whether the sink is one of a pipeline that runs, or of the last run. */
    private boolean isDeployed(Place place) {
        LiveGroup group = log.admin().liveGroups().get(group(place));
        return group != null
                && group.until().isEmpty()
                && group.reads(place.partition().topic());
    }

    private static String group(Place place) {
        return place.owner().pipeline() + "." + place.owner().name();
    }

    private void refuse(List<Replay.ToSink> outgoing, String why) {
        outgoing.forEach(each -> refusals.put(each.letter(), why));
    }

    private long committed(Place place, TopicPartition partition) {
        OffsetAndMetadata committed = log.admin().committed(group(place)).get(partition);
        return committed == null ? -1 : committed.offset();
    }

    private void checkLater(Place place, TopicPartition partition, List<Replay.ToSink> outgoing, long committed) {
        Map<ByteBuffer, List<Replay.ToSink>> byKey = new HashMap<>();
        long first = Long.MAX_VALUE;
        for (Replay.ToSink each : outgoing) {
            Optional<byte[]> key = each.key();
            if (key.isPresent()) {
                byKey.computeIfAbsent(ByteBuffer.wrap(key.get()), bytes -> new ArrayList<>())
                        .add(each);
                first = Math.min(first, each.origin().offset());
            }
        }
        if (!byKey.isEmpty()) {
            WholePartition.read(log, partition, first, committed, cursor -> look(place, cursor, byKey));
        }
    }

    private void look(Place place, RecordCursor cursor, Map<ByteBuffer, List<Replay.ToSink>> byKey) {
        if (cursor.keyLength() < 0) {
            return;
        }
        List<Replay.ToSink> same = byKey.get(ByteBuffer.wrap(cursor.array(), cursor.keyOffset(), cursor.keyLength()));
        if (same == null) {
            return;
        }
        long offset = cursor.offset();
        for (Replay.ToSink each : same) {
            if (each.origin().offset() < offset && hasLanded(place, offset)) {
                refusals.putIfAbsent(
                        each.letter(),
                        "a later record of its key has landed (" + place.partition() + "@" + offset
                                + "), which it would overwrite; --force sends it all the same");
            }
        }
    }

    private boolean hasLanded(Place place, long offset) {
        return !notLanded.contains(DeadLetter.id(place.owner(), new Origin(place.partition(), offset, 0)));
    }
}
