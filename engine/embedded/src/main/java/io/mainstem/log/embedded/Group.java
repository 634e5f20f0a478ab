package io.mainstem.log.embedded;

import io.mainstem.log.GroupDescription;
import io.mainstem.log.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of a consumer group and who reads what. A partition moves in two steps: its owner gives it up in its own
 * poll, and only then does the next one get it; all others are read on meanwhile (KIP-429).
 *
 * <p>A member has a seat. The seat of a static member (KIP-345) outlives it for a while, with its partitions, and may pass to
 * another consumer.
 *
 * <p>Its monitor guards all; it comes after the append lock and before the leaf locks.
 */
final class Group {
    private final Map<String, Seat> seats = new LinkedHashMap<>();
    private final Map<GroupMember, Seat> held = new HashMap<>();
    private final Map<PartitionLog, Seat> owners = new HashMap<>();
    private Map<PartitionLog, Seat> targets = new HashMap<>();
    private int generation;
    private int joined;

    /** A place in the group. */
    private static final class Seat {
        final String id;
        final Optional<String> instanceId;
        /** What its holder knows to be its own. */
        final Set<PartitionLog> told = new HashSet<>();

        Set<String> topics = Set.of();

        @Nullable
        GroupMember holder;

        long keptUntil;

        Seat(String id, Optional<String> instanceId) {
            this.id = id;
            this.instanceId = instanceId;
        }
    }

    /**
     * What a member has to give up and may take.
     *
     * @param member whether it is a member at all
     */
    record Change(boolean member, Set<PartitionLog> lost, Set<PartitionLog> gained) {
        static final Change NO_MEMBER = new Change(false, Set.of(), Set.of());
    }

    synchronized boolean hasMembers() {
        return !seats.isEmpty();
    }

    /** Takes a member in, or gives a member other topics. */
    synchronized void join(GroupMember member, Set<String> topics, LogState state) {
        Seat seat = held.get(member);
        if (seat == null) {
            seat = seatFor(member);
            held.put(member, seat);
        }
        if (seat.topics.equals(topics)) {
            member.signal();
            return;
        }
        seat.topics = Set.copyOf(topics);
        rebalance(state);
    }

    /** Whether another consumer has come for the instance id since the member was put out: that one goes on. */
    synchronized boolean isTaken(GroupMember member) {
        Seat seat = member.instanceId().map(seats::get).orElse(null);
        return seat != null && seat.holder != null && seat.holder != member;
    }

    private Seat seatFor(GroupMember member) {
        Optional<String> instanceId = member.instanceId();
        Seat seat = instanceId.map(seats::get).orElse(null);
        if (seat == null) {
            joined++;
            seat = new Seat(instanceId.orElse("member-" + joined), instanceId);
            seats.put(seat.id, seat);
        }
        GroupMember before = seat.holder;
        if (before != null) {
            held.remove(before);
            before.replaced();
        }
        seat.holder = member;
        seat.told.clear();
        return seat;
    }

    /** A member was closed: its partitions are free, or kept for who comes with its instance id. */
    synchronized void leave(GroupMember member, long now, LogState state) {
        Seat seat = held.get(member);
        if (seat == null) {
            return;
        }
        if (seat.instanceId.isEmpty()) {
            remove(seat, state);
            return;
        }
        held.remove(member);
        seat.holder = null;
        seat.told.clear();
        seat.keptUntil = now + member.sessionNanos();
    }

    private void remove(Seat seat, LogState state) {
        seats.remove(seat.id);
        held.values().remove(seat);
        owners.values().removeIf(owner -> owner == seat);
        rebalance(state);
    }

    /** Puts members out that do not poll, and gives up seats that nobody came back to. */
    synchronized void checkTimeouts(long now, LogState state) {
        for (Seat seat : List.copyOf(seats.values())) {
            GroupMember holder = seat.holder;
            if (holder == null ? now - seat.keptUntil >= 0 : holder.isOverdue(now)) {
                remove(seat, state);
            }
        }
    }

    /** Shares the partitions anew: topics came or went, or members did. */
    synchronized void rebalance(LogState state) {
        Map<Seat, Share> shares = new LinkedHashMap<>();
        seats.values().forEach(seat -> shares.put(seat, new Share(seat, new LinkedHashSet<>())));
        List<PartitionLog> free = new ArrayList<>();
        for (PartitionLog partition : subscribed(state)) {
            Seat target = targets.get(partition);
            Share share = target == null ? null : shares.get(target);
            if (share != null && share.wants(partition)) {
                share.partitions.add(partition);
            } else {
                free.add(partition);
            }
        }
        for (PartitionLog partition : free) {
            Share least = least(shares.values(), partition);
            if (least != null) {
                least.partitions.add(partition);
            }
        }
        level(shares.values());
        Map<PartitionLog, Seat> next = new HashMap<>();
        for (Share share : shares.values()) {
            share.partitions.forEach(partition -> next.put(partition, share.seat));
        }
        if (!next.equals(targets)) {
            targets = next;
            generation++;
        }
        owners.keySet().removeIf(PartitionLog::isDeleted);
        held.keySet().forEach(GroupMember::signal);
    }

    /** What a member is to read. */
    private record Share(Seat seat, Set<PartitionLog> partitions) {
        boolean wants(PartitionLog partition) {
            return seat.topics.contains(partition.name.topic());
        }
    }

    private List<PartitionLog> subscribed(LogState state) {
        Set<String> topics = new TreeSet<>();
        seats.values().forEach(seat -> topics.addAll(seat.topics));
        List<PartitionLog> partitions = new ArrayList<>();
        for (String name : topics) {
            Topic topic = state.topic(name);
            if (topic != null) {
                partitions.addAll(topic.partitions());
            }
        }
        return partitions;
    }

    private static @Nullable Share least(Collection<Share> shares, PartitionLog partition) {
        Share least = null;
        for (Share share : shares) {
            if (share.wants(partition) && (least == null || share.partitions.size() < least.partitions.size())) {
                least = share;
            }
        }
        return least;
    }

    /** Moves single partitions from members that have at least two more than another that wants them. */
    private static void level(Collection<Share> shares) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Share share : shares) {
                moved |= giveOne(share, shares);
            }
        }
    }

    private static boolean giveOne(Share giver, Collection<Share> shares) {
        for (PartitionLog partition : giver.partitions) {
            Share least = least(shares, partition);
            if (least != null && least.partitions.size() + 1 < giver.partitions.size()) {
                giver.partitions.remove(partition);
                least.partitions.add(partition);
                return true;
            }
        }
        return false;
    }

    /** What changes for a member now; what it gains is its own from this call on. */
    synchronized Change change(GroupMember member) {
        Seat seat = held.get(member);
        if (seat == null) {
            return Change.NO_MEMBER;
        }
        owners.entrySet()
                .removeIf(entry -> entry.getValue() == seat
                        && !seat.told.contains(entry.getKey())
                        && targets.get(entry.getKey()) != seat);
        Set<PartitionLog> lost = new HashSet<>();
        for (PartitionLog partition : seat.told) {
            if (owners.get(partition) != seat || targets.get(partition) != seat) {
                lost.add(partition);
            }
        }
        Set<PartitionLog> gained = new HashSet<>();
        targets.forEach((partition, target) -> {
            Seat owner = owners.get(partition);
            if (target == seat && (owner == null || owner == seat) && !seat.told.contains(partition)) {
                gained.add(partition);
            }
        });
        gained.forEach(partition -> owners.put(partition, seat));
        seat.told.addAll(gained);
        return new Change(true, lost, gained);
    }

    /** Gives partitions up; their next owners are woken. */
    synchronized void release(GroupMember member, Set<PartitionLog> partitions) {
        Seat seat = held.get(member);
        if (seat == null) {
            return;
        }
        for (PartitionLog partition : partitions) {
            seat.told.remove(partition);
            if (owners.remove(partition, seat)) {
                Seat next = targets.get(partition);
                if (next != null && next.holder != null) {
                    next.holder.signal();
                }
            }
        }
    }

    synchronized boolean owns(GroupMember member, PartitionLog partition) {
        Seat seat = held.get(member);
        return seat != null && owners.get(partition) == seat && seat.told.contains(partition);
    }

    synchronized int generation() {
        return generation;
    }

    synchronized GroupDescription.State state() {
        if (seats.isEmpty()) {
            return GroupDescription.State.EMPTY;
        }
        for (Seat seat : seats.values()) {
            if (seat.holder != null && !isSettled(seat)) {
                return GroupDescription.State.REBALANCING;
            }
        }
        return GroupDescription.State.STABLE;
    }

    private boolean isSettled(Seat seat) {
        Set<PartitionLog> meant = new HashSet<>();
        targets.forEach((partition, target) -> {
            if (target == seat) {
                meant.add(partition);
            }
        });
        return meant.equals(seat.told);
    }

    synchronized List<GroupDescription.Member> members() {
        List<GroupDescription.Member> members = new ArrayList<>();
        for (Seat seat : seats.values()) {
            Set<TopicPartition> assignment = new TreeSet<>();
            owners.forEach((partition, owner) -> {
                if (owner == seat) {
                    assignment.add(partition.name);
                }
            });
            members.add(new GroupDescription.Member(seat.id, seat.instanceId, seat.holder != null, assignment));
        }
        return members;
    }
}
