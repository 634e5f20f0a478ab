/**
 * Shows what pipelines will do before they do it: connects for real, reads a few rows, and writes nothing. {@link
 * io.mainstem.runtime.plan.Planner} is the door; {@link io.mainstem.runtime.plan.PlanReport} and the records in it are what it
 * found, for others to print.
 */
@NullMarked
package io.mainstem.runtime.plan;

import org.jspecify.annotations.NullMarked;
