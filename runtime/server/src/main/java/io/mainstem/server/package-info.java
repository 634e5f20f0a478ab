/**
 * The control port: how commands reach the log while another process has the data folder.
 *
 * <p>The process that has the folder opens a port on the loopback address ({@link io.mainstem.server.ControlServer}) and
 * leaves its number and a token in the folder, in a file that only the same user can read. Who can read that file can ask
 * for commands ({@link io.mainstem.server.ControlClient}). Apart from connectors, no other package serves HTTP.
 *
 * <p>A request is {@code POST /v1/commands} with the token as bearer. Its body is one line of JSON,
 * {@code {"args":["consume","orders"]}}, and behind it what the command reads as its input. The answer is lines of JSON:
 * {@code {"out":"..."}} and {@code {"err":"..."}} with text, at last {@code {"exit":0}}; empty lines say that the command
 * still runs. An answer without an exit code was cut off by the end of the process.
 */
@NullMarked
package io.mainstem.server;

import org.jspecify.annotations.NullMarked;
