/**
 * The embedded log beside its peers: Apache Kafka's storage layer, Chronicle Queue, RocksDB, and what the disk and the processor
 * allow. Each race runs all contestants by turns in one process and reports the ratio of ours to each of the others.
 */
@NullMarked
package io.mainstem.benchmarks.log;

import org.jspecify.annotations.NullMarked;
