/**
 * All keys of a topic, a source or a target, whatever their number: spooled to a file in parts by the hash of the key, and then looked at
 * part by part. What {@code worker} finds deletes with, and {@code compare} differences.
 */
@NullMarked
package io.mainstem.runtime.scan;

import org.jspecify.annotations.NullMarked;
