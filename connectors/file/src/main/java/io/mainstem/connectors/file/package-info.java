/** Files as sources and sinks: CSV and JSON lines. */
@NullMarked
package io.mainstem.connectors.file;

import org.jspecify.annotations.NullMarked;
