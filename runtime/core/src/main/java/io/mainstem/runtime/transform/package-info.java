/**
 * The transforms that come with the runtime, and the chain that applies them. {@link io.mainstem.runtime.transform.Chain} is the
 * way of messages through steps, {@link io.mainstem.runtime.transform.BuiltIns} the list of steps, and {@link
 * io.mainstem.runtime.transform.StepCheck} finds what is wrong before anything runs.
 */
@NullMarked
package io.mainstem.runtime.transform;

import org.jspecify.annotations.NullMarked;
