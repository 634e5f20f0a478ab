/**
 * The source that polls: requests, pages, and the records in them. Its door is
 * {@link io.mainstem.connectors.http.source.HttpSourceFactory}.
 */
@NullMarked
package io.mainstem.connectors.http.source;

import org.jspecify.annotations.NullMarked;
