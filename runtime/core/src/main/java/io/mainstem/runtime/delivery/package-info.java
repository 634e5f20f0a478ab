/**
 * What makes delivery exact: the positions of sources, kept in the log in the same transaction as the records that led to
 * them; the dead letters; and the topics with their identities.
 *
 * <p>Everything here is a record of an internal or an ordinary topic, so that it works the same on every back end of the
 * log and survives with it.
 */
@NullMarked
package io.mainstem.runtime.delivery;

import org.jspecify.annotations.NullMarked;
