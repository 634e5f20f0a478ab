/** Finds plugins and loads each in a class loader of its own. */
@NullMarked
package io.mainstem.runtime.plugin;

import org.jspecify.annotations.NullMarked;
