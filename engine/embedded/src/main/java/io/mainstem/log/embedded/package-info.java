/** The log on the local disk, for one process and without a server. */
@NullMarked
package io.mainstem.log.embedded;

import org.jspecify.annotations.NullMarked;
