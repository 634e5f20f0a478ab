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
 * @param full since when and why there is no room, so that producers wait; empty when there is
 */
public record DiskUsage(
        long usedBytes, OptionalLong budgetBytes, long freeBytes, long minFreeBytes, Optional<Full> full) {

    /**
     * That the log is full: producers wait until there is room.
     *
     * @param since since when
     * @param reason which limit is reached; the same as long as it is the same limit
     */
    public record Full(Instant since, String reason) {}
}
