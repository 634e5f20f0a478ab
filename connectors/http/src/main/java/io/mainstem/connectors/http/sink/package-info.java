/** The sink: requests made of records. Its door is {@link io.mainstem.connectors.http.sink.HttpSinkFactory}. */
@NullMarked
package io.mainstem.connectors.http.sink;

import org.jspecify.annotations.NullMarked;
