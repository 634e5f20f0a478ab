/** SQL databases as sources and sinks. */
@NullMarked
package io.mainstem.connectors.jdbc;

import org.jspecify.annotations.NullMarked;
