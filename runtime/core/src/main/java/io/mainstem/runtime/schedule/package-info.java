/** Decides when a pipeline runs. */
@NullMarked
package io.mainstem.runtime.schedule;

import org.jspecify.annotations.NullMarked;
