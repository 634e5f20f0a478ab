/**
 * Compares what the source, the topic and the targets of a pipeline have: the rows by their keys, and their values by digests of canonical texts.
 * {@code docs/compare.md} says what is guaranteed.
 */
@NullMarked
package io.mainstem.runtime.compare;

import org.jspecify.annotations.NullMarked;
