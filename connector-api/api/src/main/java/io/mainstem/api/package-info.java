/** The connector API: what a connector implements, and the values that it exchanges with the runtime. */
@NullMarked
package io.mainstem.api;

import org.jspecify.annotations.NullMarked;
