/**
 * The contract of the durable partitioned log: topics, producers, transactions, group consumers and administration.
 *
 * <p>The log knows bytes, never rows. Its semantics are Apache Kafka's wherever Kafka has one, so that the embedded log
 * and a Kafka cluster can both keep this contract; the suite {@code LogContract} proves each of them.
 *
 * <ul>
 *   <li>Offsets of a partition strictly increase and may have gaps anywhere (control records, aborted data,
 *       compaction). Code that asks "how far am I" uses positions, never a count of records.
 *   <li>A consumer sees only records that are committed <b>and</b> on disk (with durability {@code disk}).
 *   <li>Each group's committed offsets live in the log and may be part of a producer's transaction.
 * </ul>
 *
 * <p>The door is {@link io.mainstem.log.Log}.
 */
@NullMarked
package io.mainstem.log;

import org.jspecify.annotations.NullMarked;
