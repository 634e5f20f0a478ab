/** Runs pipelines: owns the threads, the lifecycle and the restarts. */
@NullMarked
package io.mainstem.runtime.worker;

import org.jspecify.annotations.NullMarked;
