/**
 * The REST interface of a worker: routes with their documentation, and the server that guards them.
 *
 * <p>What can be asked is a list of {@link io.mainstem.server.rest.Route}s that the caller makes; this package knows nothing of
 * pipelines or logs. A route cannot be made without its documentation, and {@link io.mainstem.server.rest.OpenApi} writes the
 * list down as an OpenAPI document.
 *
 * <p>Invariants of {@link io.mainstem.server.rest.RestServer}:
 *
 * <ul>
 *   <li>A path has only letters, digits, dots, underscores and hyphens between its slashes, no segment is {@code .} or
 *       {@code ..}, and nothing is unescaped: what a handler gets as an id is what was sent.
 *   <li>A change needs a token, whoever asks. Outside of the loopback address everything but the health checks needs a token
 *       or a client certificate.
 *   <li>Handlers of changes never take all threads: reading is answered while changes wait.
 *   <li>A path, a body and the time to send them have limits.
 *   <li>Each error is a problem of RFC 9457 that says what to do.
 * </ul>
 */
@NullMarked
package io.mainstem.server.rest;

import org.jspecify.annotations.NullMarked;
