/**
 * The client side of HTTP: one {@link io.mainstem.connectors.http.client.HttpConnection} for all that use the same settings, with
 * its credentials, its limits, and the manners that a server asks for. It knows nothing of records.
 */
@NullMarked
package io.mainstem.connectors.http.client;

import org.jspecify.annotations.NullMarked;
