package io.mainstem.log;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The space of a log at one moment.
 *
 * @param usedBytes about what its files take: records, what is left of deleted ones, and the journal
 * @param budgetBytes the most it may take; empty without a limit
 * @param freeBytes what is free on its file system
 * @param minFreeBytes what must stay free there
 * @param pause since when and why producers wait for room; empty when they do not
 */
public record DiskUsage(
        long usedBytes, OptionalLong budgetBytes, long freeBytes, long minFreeBytes, Optional<Pause> pause) {

    /**
     * That producers wait for room.
     *
     * @param since since when
     * @param reason which limit is reached, and what makes room
     */
    public record Pause(Instant since, String reason) {}
}
