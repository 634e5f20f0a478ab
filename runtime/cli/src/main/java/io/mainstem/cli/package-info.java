/** The command line; the only place that picks which log a worker runs on. */
@NullMarked
package io.mainstem.cli;

import org.jspecify.annotations.NullMarked;
