/** The questions and orders that a running worker answers. */
@NullMarked
package io.mainstem.runtime.admin;

import org.jspecify.annotations.NullMarked;
