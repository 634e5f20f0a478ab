package io.mainstem.log.embedded;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of a consumer group and who reads what. A partition moves in two steps: its owner gives it up in its own
 * poll, and only then does the next one get it.
 *
 * <p>Its monitor guards all; it comes after the append lock and before the leaf locks.
 */
final class Group {
    private final Map<GroupMember, Set<String>> members = new LinkedHashMap<>();
    private final Map<PartitionLog, GroupMember> owners = new HashMap<>();
    private Map<PartitionLog, GroupMember> targets = new HashMap<>();

    /** What a member has to give up and may take. */
    record Change(Set<PartitionLog> lost, Set<PartitionLog> gained) {
        boolean isEmpty() {
            return lost.isEmpty() && gained.isEmpty();
        }
    }

    synchronized boolean hasMembers() {
        return !members.isEmpty();
    }

    synchronized void join(GroupMember member, Set<String> topics, LogState state) {
        members.put(member, Set.copyOf(topics));
        rebalance(state);
    }

    /** Takes a member out at once; its partitions are free. */
    synchronized void leave(GroupMember member, LogState state) {
        members.remove(member);
        owners.values().removeIf(owner -> owner == member);
        rebalance(state);
    }

    /** Shares the partitions anew: topics came or went, or members did. */
    synchronized void rebalance(LogState state) {
        Map<GroupMember, Share> shares = new LinkedHashMap<>();
        members.forEach((member, topics) -> shares.put(member, new Share(member, topics, new LinkedHashSet<>())));
        List<PartitionLog> free = new ArrayList<>();
        for (PartitionLog partition : subscribed(state)) {
            GroupMember target = targets.get(partition);
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
        targets = new HashMap<>();
        for (Share share : shares.values()) {
            share.partitions.forEach(partition -> targets.put(partition, share.member));
        }
        owners.keySet().removeIf(PartitionLog::isDeleted);
        members.keySet().forEach(GroupMember::signal);
    }

    /** What a member is to read. */
    private record Share(GroupMember member, Set<String> topics, Set<PartitionLog> partitions) {
        boolean wants(PartitionLog partition) {
            return topics.contains(partition.name.topic());
        }
    }

    private List<PartitionLog> subscribed(LogState state) {
        Set<String> topics = new TreeSet<>();
        members.values().forEach(topics::addAll);
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
        Set<PartitionLog> lost = new HashSet<>();
        owners.forEach((partition, owner) -> {
            if (owner == member && targets.get(partition) != member) {
                lost.add(partition);
            }
        });
        Set<PartitionLog> gained = new HashSet<>();
        targets.forEach((partition, target) -> {
            if (target == member && !owners.containsKey(partition)) {
                gained.add(partition);
            }
        });
        gained.forEach(partition -> owners.put(partition, member));
        return new Change(lost, gained);
    }

    /** Gives partitions up; their next owners are woken. */
    synchronized void release(GroupMember member, Set<PartitionLog> partitions) {
        for (PartitionLog partition : partitions) {
            if (owners.remove(partition, member)) {
                GroupMember next = targets.get(partition);
                if (next != null) {
                    next.signal();
                }
            }
        }
    }

    synchronized boolean owns(GroupMember member, PartitionLog partition) {
        return owners.get(partition) == member;
    }
}
