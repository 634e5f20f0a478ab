/**
 * Decides when a source runs. All of it is computed from the times that are passed in: nothing here waits, and nothing reads a
 * clock.
 *
 * <p>Quartz is loaded by {@link CronTimes} alone, when a schedule has a cron expression.
 */
@NullMarked
package io.mainstem.runtime.schedule;

import org.jspecify.annotations.NullMarked;
