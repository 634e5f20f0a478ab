package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks from time to time at what has a time limit: members that do not poll, seats of static members, open transactions;
 * and, less often, at what is forgotten when nobody uses it: offsets of groups, transactional ids, what partitions know of
 * producers. One thread at a time.
 *
 * <p>Limits of less than days run on a clock that never jumps. The others count the days from the wall clock at the open,
 * and go on with that other clock, so that a jump of the wall clock makes nothing expire.
 */
final class Watch {
    /** Between two looks at the short limits. */
    static final Duration INTERVAL = Duration.ofMillis(250);

    /** Between two looks at what expires. */
    static final Duration EXPIRY_INTERVAL = Duration.ofMinutes(1);

    private final Engine engine;
    private final Limits limits;
    private final LongSupplier ticker;
    private final long openedMillis;
    private final long openedTick;
    private long lastExpiry;

    /** After how long without use something is forgotten. */
    record Limits(Duration offsetsRetention, Duration transactionalIdExpiration, Duration producerIdExpiration) {}

    Watch(Engine engine, Limits limits, Clock clock) {
        this.engine = engine;
        this.limits = limits;
        this.ticker = engine.ticker();
        this.openedMillis = clock.millis();
        this.openedTick = ticker.getAsLong();
        this.lastExpiry = openedTick;
    }

    /** One look. */
    void look() {
        long now = ticker.getAsLong();
        engine.groups().checkTimeouts(now, engine.state());
        if (now - lastExpiry >= EXPIRY_INTERVAL.toNanos() && engine.committer().stopped() == null) {
            lastExpiry = now;
            expire();
        }
    }

    private void expire() {
        long now = openedMillis + (ticker.getAsLong() - openedTick) / 1_000_000;
        List<String> groups = engine.committer().exclusively(() -> forget(now));
        for (String group : groups) {
            forget(group);
        }
    }

    /** Forgets what needs no entry in the journal; returns the groups whose offsets are to be forgotten. */
    private List<String> forget(long now) {
        LogState state = engine.state();
        for (Topic topic : state.topics()) {
            for (PartitionLog partition : topic.partitions()) {
                partition.producers.expire(now, limits.producerIdExpiration.toMillis());
            }
        }
        state.idleProducers
                .look(
                        state.producers().keySet(),
                        engine.groups()::hasProducer,
                        now,
                        limits.transactionalIdExpiration.toMillis())
                .forEach(state.producers()::remove);
        return state.offsets.idle(
                group -> engine.groups().hasMembers(group)
                        || state.liveGroups.all().containsKey(group),
                now,
                limits.offsetsRetention.toMillis());
    }

    /** A group that was used since it was looked at keeps its offsets. */
    private void forget(String group) {
        StateChange expiry = new StateChange() {
            private boolean used;

            @Override
            @Nullable
            LogException refusal() {
                used = engine.groups().hasMembers(group)
                        || engine.state().liveGroups.all().containsKey(group)
                        || !engine.state().offsets.isIdle(group);
                return null;
            }

            @Override
            void encode(Frame frame) {
                if (!used) {
                    frame.groupDeleted(group);
                }
            }

            @Override
            void apply() {
                if (!used) {
                    engine.state().offsets.deleteGroup(group);
                }
            }
        };
        engine.committer().submit(expiry);
        try {
            expiry.await();
        } catch (LogException e) {
            // The disk refused it: the next look finds the group again.
            lastExpiry = ticker.getAsLong();
        }
    }
}
