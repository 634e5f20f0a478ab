/** The transforms that come with the runtime, and the chain that applies them. */
@NullMarked
package io.mainstem.runtime.transform;

import org.jspecify.annotations.NullMarked;
