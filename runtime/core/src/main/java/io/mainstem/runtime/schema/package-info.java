/** Schemas of streams: what they are, how they are stored and which changes are compatible. */
@NullMarked
package io.mainstem.runtime.schema;

import org.jspecify.annotations.NullMarked;
