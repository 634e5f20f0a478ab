/** Delivers records to sinks: batches, retries, dead letters and the offsets that say what is done. */
@NullMarked
package io.mainstem.runtime.delivery;

import org.jspecify.annotations.NullMarked;
