/** What the source and the sink share: connections to statements, addresses as they may be shown, nearest names. */
@NullMarked
package io.mainstem.connectors.jdbc.sql;

import org.jspecify.annotations.NullMarked;
