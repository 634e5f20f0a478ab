package io.mainstem.log.embedded;

import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.TopicPartition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What producers did to a log, and whether the log holds just that: the one checker of all tests that break things.
 *
 * <p>Each producer numbers its records, and each record says who wrote it and the how manieth it is, so that a loss, a
 * duplicate, a change of the order, a torn or an invented record and half a transaction can be told from each other. The
 * history lives outside of the process that is broken.
 *
 * <p>A {@link #check} compares, and then takes what was found as settled: the next one must find it again, at the same
 * offsets. Not thread-safe.
 */
final class History {
    private final Map<TopicPartition, List<Stored>> settled = new TreeMap<>();
    private final Map<String, Long> settledPositions = new TreeMap<>();
    private final List<Unit> units = new ArrayList<>();
    private final List<Sighting> sightings = new ArrayList<>();
    private final Set<String> perhapsDeleted = new HashSet<>();
    private @Nullable TopicPartition positions;

    /** How a log can be wrong. */
    enum Kind {
        /** Acknowledged, read before, or followed by what is there, and not there. */
        LOST,
        /** There more than once. */
        DUPLICATE,
        /** After one that its producer wrote later, or at another offset than was told. */
        REORDERED,
        /** Not the bytes that were written. */
        TORN,
        /** Never written there, or refused. */
        INVENTED,
        /** A part of a transaction. */
        TORN_TRANSACTION
    }

    /** One thing that is wrong. */
    record Violation(Kind kind, String text) {
        @Override
        public String toString() {
            return kind + ": " + text;
        }
    }

    /** What may be missing. */
    enum Promise {
        /** Nothing that was acknowledged. */
        ALL,
        /** The end of each partition, by whole commits: durability {@code OS} after a power cut. */
        BEGINNING
    }

    /** A record of an attempt. */
    record Entry(TopicPartition partition, long sequence) {}

    /** A record of the log. */
    private record Stored(long offset, String value) {}

    /** A record that a reader was given. */
    private record Sighting(
            TopicPartition partition, long offset, @Nullable Stamp stamp) {}

    /** A transaction, or one record without a transaction, and what its producer was told. */
    static final class Unit {
        private final String producer;
        private final boolean transaction;
        private final List<Entry> entries;
        private long[] found = {};
        private boolean refused;
        private @Nullable Map<TopicPartition, Long> ends;

        private Unit(String producer, boolean transaction, List<Entry> entries) {
            this.producer = producer;
            this.transaction = transaction;
            this.entries = new ArrayList<>(entries);
        }

        /** It was told that it is in the log, with one past the last offset that it took in each partition. */
        void acknowledged(Map<TopicPartition, Long> told) {
            ends = Map.copyOf(told);
        }

        /** It was told, or has decided, that it is certainly not in the log. */
        void refused() {
            refused = true;
        }

        /** The offset of an entry, or -1 when the producer was not told. */
        private long told(int number) {
            if (ends == null) {
                return -1;
            }
            TopicPartition partition = entries.get(number).partition;
            int behind = transaction ? 1 : 0;
            for (int i = number; i < entries.size(); i++) {
                behind += entries.get(i).partition.equals(partition) ? 1 : 0;
            }
            return ends.get(partition) - behind;
        }

        @Override
        public String toString() {
            return (transaction ? "transaction " : "record ") + producer + ":"
                    + entries.get(0).sequence
                    + (transaction ? " to " + entries.get(entries.size() - 1).sequence : "")
                    + (refused ? ", refused" : ends == null ? ", outcome not told" : ", acknowledged");
        }
    }

    /** Every transaction also commits, for a group with the name of its producer, one past its last sequence here. */
    void positionsIn(TopicPartition partition) {
        positions = partition;
    }

    /** A producer is about to append. Its sequences rise. Without entries there is nothing to check. */
    Unit attempt(String producer, boolean transaction, List<Entry> entries) {
        Unit unit = new Unit(producer, transaction, entries);
        if (!entries.isEmpty()) {
            units.add(unit);
        }
        return unit;
    }

    /** A reader was given a record; without a stamp when its value made no sense. */
    void seen(TopicPartition partition, long offset, @Nullable Stamp stamp) {
        sightings.add(new Sighting(partition, offset, stamp));
    }

    /** A topic was deleted; one of the same name is another. */
    void deleted(String topic) {
        settled.keySet().removeIf(partition -> partition.topic().equals(topic));
        units.forEach(
                unit -> unit.entries.removeIf(entry -> entry.partition.topic().equals(topic)));
        units.removeIf(unit -> unit.entries.isEmpty());
        perhapsDeleted.remove(topic);
    }

    /** A topic is being deleted: whether it is there at the next look is not known. */
    void perhapsDeleted(String topic) {
        perhapsDeleted.add(topic);
    }

    /** All that is wrong with what a log holds. What is right counts from now on. */
    List<Violation> check(LogModel found, Promise promise) {
        Check check = new Check(found, promise);
        check.run();
        settled.clear();
        check.stored.forEach((partition, records) -> settled.put(partition, records));
        units.clear();
        sightings.clear();
        perhapsDeleted.clear();
        return check.violations;
    }

    /** How many records are settled. */
    long size() {
        return settled.values().stream().mapToLong(List::size).sum();
    }

    /** Where an attempted record belongs. */
    private record Place(Unit unit, int number) {}

    /** One comparison. */
    private final class Check {
        private final LogModel found;
        private final Promise promise;
        private final Map<TopicPartition, List<Stored>> stored = new TreeMap<>();
        private final Map<Stamp, Place> places = new HashMap<>();
        private final List<Violation> violations = new ArrayList<>();

        Check(LogModel found, Promise promise) {
            this.found = found;
            this.promise = promise;
        }

        void run() {
            for (Unit unit : units) {
                unit.found = new long[unit.entries.size()];
                Arrays.fill(unit.found, -1);
                for (int i = 0; i < unit.entries.size(); i++) {
                    places.put(new Stamp(unit.producer, unit.entries.get(i).sequence), new Place(unit, i));
                }
            }
            found.records.forEach(this::partition);
            settled.keySet().forEach(this::partitionIsThere);
            units.forEach(this::unit);
            if (promise == Promise.ALL) {
                gaps();
                sightings.forEach(this::sighting);
                positions();
            }
        }

        private void wrong(Kind kind, String text) {
            violations.add(new Violation(kind, text));
        }

        private void partitionIsThere(TopicPartition partition) {
            if (!found.records.containsKey(partition) && !perhapsDeleted.contains(partition.topic())) {
                wrong(Kind.LOST, "partition " + partition);
            }
        }

        private void partition(TopicPartition partition, List<String> values) {
            List<Stored> records = new ArrayList<>(values.size());
            for (String value : values) {
                int colon = value.indexOf(':');
                records.add(new Stored(Long.parseLong(value, 0, colon, 10), value.substring(colon + 1)));
            }
            stored.put(partition, records);
            int fresh = settledOf(partition, records);
            Map<String, Long> last = new HashMap<>();
            for (int i = 0; i < records.size(); i++) {
                if (i > 0 && records.get(i).offset <= records.get(i - 1).offset) {
                    wrong(
                            Kind.REORDERED,
                            partition + ": offset " + records.get(i).offset + " is not after the one before");
                }
                if (i >= fresh) {
                    fresh(partition, records.get(i), last);
                }
            }
        }

        /** Compares what was there before; gives how many records that are. */
        private int settledOf(TopicPartition partition, List<Stored> records) {
            long start = found.starts.get(partition);
            int at = 0;
            for (Stored expected : settled.getOrDefault(partition, List.of())) {
                if (expected.offset < start) {
                    continue;
                }
                if (at >= records.size() || !records.get(at).equals(expected)) {
                    wrong(
                            Kind.LOST,
                            partition + ": " + head(expected) + " was there before, and now is "
                                    + (at < records.size() ? head(records.get(at)) : "nothing"));
                    return at;
                }
                at++;
            }
            return at;
        }

        private void fresh(TopicPartition partition, Stored record, Map<String, Long> last) {
            String where = partition + ": " + head(record);
            Stamp stamp = Stamp.of(record.value);
            if (stamp == null) {
                wrong(Kind.TORN, where);
                return;
            }
            Place place = places.get(stamp);
            if (place == null || !place.unit.entries.get(place.number).partition.equals(partition)) {
                wrong(wasSettled(stamp) ? Kind.DUPLICATE : Kind.INVENTED, where);
                return;
            }
            if (place.unit.found[place.number] >= 0) {
                wrong(Kind.DUPLICATE, where + " is at offset " + place.unit.found[place.number] + ", too");
            }
            place.unit.found[place.number] = record.offset;
            if (place.unit.refused) {
                wrong(Kind.INVENTED, where + " is of a " + place.unit);
            }
            Long before = last.put(stamp.producer(), stamp.sequence());
            if (before != null && before > stamp.sequence()) {
                wrong(Kind.REORDERED, where + " is behind " + stamp.producer() + ":" + before);
            }
        }

        private boolean wasSettled(Stamp stamp) {
            return settled.values().stream()
                    .flatMap(List::stream)
                    .anyMatch(record -> stamp.equals(Stamp.of(record.value)));
        }

        private static String head(Stored record) {
            return "offset " + record.offset + ", '" + record.value.substring(0, Math.min(24, record.value.length()))
                    + "'";
        }

        /** Whether an entry may be missing, because its partition does not hold its place any more. */
        private boolean excused(Unit unit, int number) {
            TopicPartition partition = unit.entries.get(number).partition;
            if (!found.records.containsKey(partition)) {
                return perhapsDeleted.contains(partition.topic());
            }
            long start = found.starts.get(partition);
            long told = unit.told(number);
            if (told >= 0) {
                return told < start;
            }
            List<Stored> before = settled.getOrDefault(partition, List.of());
            return start > (before.isEmpty() ? 0 : before.get(before.size() - 1).offset + 1);
        }

        private void unit(Unit unit) {
            Map<TopicPartition, Integer> present = new LinkedHashMap<>();
            Map<TopicPartition, Integer> missing = new LinkedHashMap<>();
            for (int i = 0; i < unit.entries.size(); i++) {
                TopicPartition partition =
                        promise == Promise.ALL ? unit.entries.get(0).partition : unit.entries.get(i).partition;
                if (unit.found[i] >= 0) {
                    present.merge(partition, 1, Integer::sum);
                    if (unit.told(i) >= 0 && unit.told(i) != unit.found[i]) {
                        wrong(
                                Kind.REORDERED,
                                unit + ": offset " + unit.told(i) + " was told, and it is at " + unit.found[i]);
                    }
                } else if (!excused(unit, i)) {
                    missing.merge(partition, 1, Integer::sum);
                    boolean mayEndBefore =
                            promise == Promise.BEGINNING && unit.told(i) >= found.ends.getOrDefault(partition, 0L);
                    if (unit.ends != null && !mayEndBefore) {
                        wrong(Kind.LOST, unit + " in " + unit.entries.get(i).partition + " at " + unit.told(i));
                    }
                }
            }
            present.forEach((partition, count) -> {
                if (missing.containsKey(partition)) {
                    wrong(
                            Kind.TORN_TRANSACTION,
                            unit + ": " + count + " are there, " + missing.get(partition) + " are not");
                }
            });
        }

        /** What one producer appends comes in its order: nothing is there behind something that is not. */
        private void gaps() {
            Map<String, Unit> absent = new HashMap<>();
            for (Unit unit : units) {
                if (unit.refused) {
                    continue;
                }
                String order = unit.transaction ? unit.producer : unit.producer + unit.entries.get(0).partition;
                boolean isAbsent = true;
                for (int i = 0; i < unit.entries.size(); i++) {
                    isAbsent &= unit.found[i] < 0 && !excused(unit, i);
                }
                if (isAbsent) {
                    absent.putIfAbsent(order, unit);
                } else if (unit.found[0] >= 0 && absent.containsKey(order)) {
                    wrong(Kind.LOST, absent.get(order) + ", although the " + unit + " behind it is there");
                }
            }
        }

        private void sighting(Sighting sighting) {
            TopicPartition partition = sighting.partition;
            String what = "a reader was given offset " + sighting.offset + " of " + partition;
            if (sighting.stamp == null) {
                wrong(Kind.TORN, what);
                return;
            }
            if (perhapsDeleted.contains(partition.topic())
                    || sighting.offset < found.starts.getOrDefault(partition, 0L)) {
                return;
            }
            List<Stored> records = stored.getOrDefault(partition, List.of());
            int low = 0;
            int high = records.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (records.get(middle).offset < sighting.offset) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            Stored there = low < records.size() ? records.get(low) : null;
            if (there == null || there.offset != sighting.offset || !sighting.stamp.equals(Stamp.of(there.value))) {
                wrong(Kind.LOST, what + ", " + sighting.stamp + ", and it is not there");
            }
        }

        /** A group's offset is part of the transaction that moves it. */
        private void positions() {
            TopicPartition partition = positions;
            if (partition == null) {
                return;
            }
            for (Unit unit : units) {
                if (unit.transaction && unit.found[0] >= 0) {
                    settledPositions.put(unit.producer, unit.entries.get(unit.entries.size() - 1).sequence + 1);
                }
            }
            Map<String, Long> moved = new TreeMap<>();
            found.offsets.forEach((group, offsets) -> {
                OffsetAndMetadata offset = offsets.get(partition);
                if (offset != null) {
                    moved.put(group, offset.offset());
                }
            });
            if (!moved.equals(settledPositions)) {
                wrong(
                        Kind.TORN_TRANSACTION,
                        "the transactions moved the groups to " + settledPositions + ", and they are at " + moved);
            }
        }
    }
}
