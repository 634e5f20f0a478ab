/** Writes numbers as Prometheus and its peers read them: OpenMetrics 1.0, and the text format that was before it. */
@NullMarked
package io.mainstem.server.metrics;

import org.jspecify.annotations.NullMarked;
