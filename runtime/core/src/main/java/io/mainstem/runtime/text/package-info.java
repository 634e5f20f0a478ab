/** Words for people that more than one package of the runtime needs. */
@NullMarked
package io.mainstem.runtime.text;

import org.jspecify.annotations.NullMarked;
