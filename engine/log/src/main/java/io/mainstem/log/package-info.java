/** The contract of the log: topics of records that are durable, ordered within a partition and read by groups. */
@NullMarked
package io.mainstem.log;

import org.jspecify.annotations.NullMarked;
