package io.mainstem.runtime.worker;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Origin;
import io.mainstem.log.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the records because of which a sink throws what nobody planned for, and writes the others. One thread.
 *
 * <p>What was given is written again from left to right, in prefixes that are halved where they fail: at most 2 log2(n) further
 * writes for each bad record of n. Records of a partition stay in order. For sinks whose writes are atomic or may be repeated.
 *
 * <p>A record is bad by evidence alone: it fails by itself, twice, and another one has been written since the trouble began. When
 * it is the first, and so nothing has been written yet, its letter is kept and those behind it are tried: if none of the next
 * {@value #NEIGHBOURS} can be written either, it is not the record, and the letters are withdrawn. So when a target refuses
 * everything, nothing becomes a dead letter, and the sink is tried again later.
 */
final class SinkIsolation {

    private static final Logger LOGGER = LoggerFactory.getLogger(SinkIsolation.class);
    private static final int ATTEMPTS_ALONE = 2;
    private static final int NEIGHBOURS = 3;
    private static final long UNKNOWN = -1;

    private final Delivery delivery;
    private long landed;

    SinkIsolation(Delivery delivery) {
        this.delivery = delivery;
    }

    /** The sink and its records. */
    interface Delivery {

        /** Closes the sink and makes another, which goes on where the target says. */
        void reopen() throws Exception;

        /** The next offset of a partition that is not in the target. */
        long next(TopicPartition partition);

        /**
         * Writes the records from there to before an offset, but those that are kept, and makes them durable.
         *
         * @return how many they are
         */
        int land(TopicPartition partition, long end) throws Exception;

        /** The offset of the first record at or behind an offset that is not kept; empty when there is none yet. */
        OptionalLong recordAt(TopicPartition partition, long offset);

        /** Keeps records as dead letters; they are not written any more. Returns when that is durable. */
        void keep(Map<Origin, ? extends Exception> bad, int attempts) throws Exception;

        /** Takes that back. */
        void withdraw(Origin origin) throws Exception;

        /** The name of the record at an offset. */
        Origin origin(TopicPartition partition, long offset);

        /** Whether dead letters are kept at all. */
        boolean isKeeping();

        /** Whether the sink is to stop. */
        boolean isStopping();
    }

    /**
     * Writes what can be written.
     *
     * @param given for each partition, the offset behind what the sink was given when it failed
     * @param failure what it threw
     * @throws Exception what is no fault of a record
     */
    void run(Map<TopicPartition, Long> given, Exception failure) throws Exception {
        if (delivery.isStopping()) {
            throw failure;
        }
        LOGGER.debug("looking for the record because of which the sink failed", failure);
        delivery.reopen();
        for (Map.Entry<TopicPartition, Long> each : given.entrySet()) {
            write(each.getKey(), each.getValue());
        }
    }

    private void write(TopicPartition partition, long end) throws Exception {
        // The first attempt is with all of them: much of what nobody planned for passes.
        long failing = UNKNOWN;
        while (delivery.next(partition) < end && !delivery.isStopping()) {
            long from = delivery.next(partition);
            long to = failing == UNKNOWN ? end : from + Math.max(1, (failing - from) / 2);
            Exception failure = attempt(partition, to);
            if (failure == null) {
                failing = to >= failing ? UNKNOWN : failing;
            } else if (delivery.isStopping()) {
                throw failure;
            } else if (to - delivery.next(partition) > 1) {
                failing = to;
            } else {
                judge(partition, failure);
                failing = UNKNOWN;
            }
        }
    }

    /** Writes up to an offset. Returns why that failed; the sink is then another. */
    private @Nullable Exception attempt(TopicPartition partition, long to) throws Exception {
        while (true) {
            try {
                landed += delivery.land(partition, to);
                return null;
            } catch (BadRecordsException e) {
                delivery.keep(e.byOrigin(), 1);
            } catch (Exception e) {
                if (!Failure.isUnexplained(e)) {
                    throw e;
                }
                delivery.reopen();
                return e;
            }
        }
    }

    /** The record at the next offset has failed by itself. */
    private void judge(TopicPartition partition, Exception failure) throws Exception {
        long offset = delivery.next(partition);
        if (delivery.recordAt(partition, offset).orElse(UNKNOWN) != offset) {
            // Nothing was written, and yet it failed: no record is at fault.
            throw failure;
        }
        Exception again = attempt(partition, offset + 1);
        if (again == null || delivery.next(partition) > offset) {
            return;
        }
        if (landed == 0) {
            tryNeighbours(partition, offset, again);
            return;
        }
        delivery.keep(Map.of(delivery.origin(partition, offset), again), ATTEMPTS_ALONE);
    }

    private void tryNeighbours(TopicPartition partition, long offset, Exception failure) throws Exception {
        if (!delivery.isKeeping()) {
            throw failure;
        }
        List<Origin> doubtful = new ArrayList<>();
        long last = offset;
        Exception why = failure;
        while (doubtful.size() <= NEIGHBOURS) {
            Origin origin = delivery.origin(partition, last);
            delivery.keep(Map.of(origin, why), ATTEMPTS_ALONE);
            doubtful.add(origin);
            OptionalLong neighbour = delivery.recordAt(partition, last + 1);
            Optional<Exception> refused = neighbour.isEmpty()
                    ? Optional.of(failure)
                    : Optional.ofNullable(attempt(partition, neighbour.getAsLong() + 1));
            if (refused.isEmpty() && landed > 0) {
                return;
            }
            if (neighbour.isEmpty() || refused.isEmpty()) {
                break;
            }
            last = neighbour.getAsLong();
            why = refused.get();
        }
        for (Origin origin : doubtful) {
            delivery.withdraw(origin);
        }
        throw failure;
    }
}
