/** HTTP: a source that polls, a source that receives, and a sink that sends. */
@NullMarked
package io.mainstem.connectors.http;

import org.jspecify.annotations.NullMarked;
