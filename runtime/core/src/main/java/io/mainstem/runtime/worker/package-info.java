/**
 * The worker: runs the sources and sinks of pipelines on an open log, each on threads of its own.
 *
 * <p>A <b>source</b> takes over its transactional id (whoever had it before can commit nothing from then on), reads its
 * committed positions, discovers splits, and polls their readers in turn. What they emit is encoded straight into a transaction
 * of the log. At a checkpoint, once there are about 10,000 records or 1 MiB or 200 ms have passed, records and positions commit
 * together; the next transaction is filled while the one before is forced to disk. When a commit fails or its outcome is not
 * known, the session ends and the next one starts from the positions that are in the log.
 *
 * <p>A <b>sink</b> is a member of the group {@code <pipeline>.<sink>}. Where it goes on from, the target itself says if the sink
 * keeps its offsets there, else the group's committed offsets. Batches are written as they come, and flushed after 100,000
 * records, a second, or when nothing more is there.
 *
 * <p>Each source and sink has a thread that decides ({@code Task}) and, for each session, one that lives it ({@code Life}) and makes all
 * calls of the connector. Each call has a deadline; the first thread ends what is over it, or leaves its thread behind.
 *
 * <p>A session that fails is retried with growing waits, unless only a person can help. The worker ends when every source has
 * ended and every sink has read what they left.
 */
@NullMarked
package io.mainstem.runtime.worker;

import org.jspecify.annotations.NullMarked;
