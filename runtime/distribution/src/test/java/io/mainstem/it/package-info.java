/** End-to-end tests: they start the assembled distribution as a user does. */
@NullMarked
package io.mainstem.it;

import org.jspecify.annotations.NullMarked;
