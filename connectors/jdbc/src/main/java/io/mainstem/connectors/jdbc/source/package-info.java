/**
 * Tables and queries of SQL databases as sources. The door is {@link io.mainstem.connectors.jdbc.source.JdbcSourceFactory}; the design and
 * its proofs are in docs/connectors/jdbc-source.md.
 */
@NullMarked
package io.mainstem.connectors.jdbc.source;

import org.jspecify.annotations.NullMarked;
