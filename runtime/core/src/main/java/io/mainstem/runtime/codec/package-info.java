/** Turns messages into the bytes on a topic and back. */
@NullMarked
package io.mainstem.runtime.codec;

import org.jspecify.annotations.NullMarked;
