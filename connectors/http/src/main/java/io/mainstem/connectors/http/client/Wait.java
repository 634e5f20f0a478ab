package io.mainstem.connectors.http.client;

import java.time.Duration;

/**
 * A time in which there may be no request. Immutable.
 *
 * @param time for how long
 * @param why in one line, for a person
 * @param isRefused whether the server has refused a request, rather than that a limit is used up
 */
public record Wait(Duration time, String why, boolean isRefused) {}
