/**
 * The log on the local disk, for one process and without a server. The door is
 * {@link io.mainstem.log.embedded.EmbeddedLog#open}; everything else is private to the package. How the files look is told
 * in {@code docs/log-format.md}.
 *
 * <h2>The way of a commit</h2>
 *
 * <p>A producer encodes its records straight into Kafka record batches ({@code BatchEncoder}). A commit waits in the queue
 * of the {@code Committer}; the first thread that finds nobody leading takes all that wait, gives the batches their
 * offsets, writes them to the segments (unforced, not visible), puts the same bytes with offsets of groups and other
 * changes into one frame of the {@code Journal}, forces it once, and then makes all of it visible. With durability
 * {@code OS} the frame names only where each partition ends, and nothing is forced.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>What is visible is durable: {@code PartitionLog.end} and {@code Segment.size} move only after the force.
 *   <li>A change is in one frame, and a frame counts whole (its checksum) or not at all.
 *   <li>A segment before the extent that the checkpoint has is forced; behind it, the journal has the same bytes.
 *   <li>After a failed force no change is taken until the log is opened again: the pages may be clean and yet not on disk.
 *       The open writes them again from the journal before it forces.
 *   <li>A failed write, by contrast, is certainly not committed: it is taken back, and the log goes on.
 *   <li>Within a partition each batch begins where the one before it ended. The checksum does not cover the base offset, so
 *       a reader checks both.
 *   <li>The file of a segment is deleted only after a checkpoint that has the partition begin behind it; the folder of a
 *       topic only after its deletion is in a forced frame or a checkpoint.
 *   <li>A file or folder entry is forced before a checkpoint relies on it, and so is its removal.
 * </ul>
 *
 * <h2>Recovery</h2>
 *
 * <p>The checkpoint gives the state and how far each partition reached; the journal's frames behind it are applied in
 * order, up to the last valid one. A later frame that says the missing one was durable turns a torn tail into damage,
 * which is told instead of cut. Partitions are looked at when they are first used: what lies behind their extent was never
 * acknowledged and goes. The open ends with a checkpoint, so that nobody reads what is not forced; an unclean one raises
 * the leader epoch of every partition.
 *
 * <h2>Threads and locks</h2>
 *
 * <p>A commit runs on the thread that waits for it, or else on the log's writer thread, which also sends what idempotent
 * producers gathered and goes on when a leader has done its own work. Another thread makes checkpoints, a third does
 * retention and deletes files, and a fourth looks at time limits ({@code Watch}). Lock order: checkpointer, idempotent
 * producer, append lock ({@code Committer}), group, {@code PartitionLog} when it loads, and then the leaves ({@code
 * OpenFiles}, {@code DirtyFiles}, {@code OffsetStore}, {@code Trash}, {@code DiskBudget}, pools). Futures
 * are completed and listeners called without any of them.
 */
@NullMarked
package io.mainstem.log.embedded;

import org.jspecify.annotations.NullMarked;
