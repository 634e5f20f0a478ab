/**
 * What the author of a connector sees: everything in this package, the JDK, and nothing else.
 *
 * <p>A {@link io.mainstem.api.Plugin} names its factories. A {@link io.mainstem.api.SourceFactory} makes a
 * {@link io.mainstem.api.Source}, which discovers {@link io.mainstem.api.Split}s and opens a reader on each; the reader
 * emits {@link io.mainstem.api.Message}s and says after which of them it could resume. A
 * {@link io.mainstem.api.SinkFactory} makes a {@link io.mainstem.api.Sink}, which writes batches to a target. The runtime
 * does the rest: it stores records and positions together, retries, isolates bad records, and restarts.
 *
 * <p>Three kinds of error tell the runtime what to do: {@link io.mainstem.api.RetryException} (try again),
 * {@link io.mainstem.api.BadRecordsException} (these records are bad, the others are not) and
 * {@link io.mainstem.api.StopException} (a person must change something first).
 *
 * <p>Interfaces that an author implements only ever gain default methods. Enums may gain constants: a {@code switch} over
 * one needs a {@code default}.
 */
@NullMarked
package io.mainstem.api;

import org.jspecify.annotations.NullMarked;
